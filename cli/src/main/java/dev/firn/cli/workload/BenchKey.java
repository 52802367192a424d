package dev.firn.cli.workload;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A key in native memory, rewritten for every operation: the 16 decimal digits of a number, so that
 * keys sort as their numbers.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The arena is its user's.
 */
public final class BenchKey {

  /** The length of a key. */
  public static final int BYTES = 16;

  private final MemorySegment withDot;
  private final MemorySegment key;

  /** The key of 0, in memory of the arena. */
  public BenchKey(Arena arena) {
    withDot = arena.allocate(BYTES + 1, 8);
    withDot.set(ValueLayout.JAVA_BYTE, BYTES, (byte) '.');
    key = withDot.asSlice(0, BYTES);
  }

  /** Makes this the key of a number, and returns its memory. */
  public MemorySegment set(long number) {
    MemorySegment memory = withDot;
    long rest = number;
    for (int i = BYTES - 1; i >= 0; i--) {
      long shorter = rest / 10;
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) ('0' + (rest - shorter * 10)));
      rest = shorter;
    }
    return key;
  }

  /** Makes this the key of the next number. */
  public void increment() {
    for (int i = BYTES - 1; i >= 0; i--) {
      byte digit = withDot.get(ValueLayout.JAVA_BYTE, i);
      if (digit != '9') {
        withDot.set(ValueLayout.JAVA_BYTE, i, (byte) (digit + 1));
        return;
      }
      withDot.set(ValueLayout.JAVA_BYTE, i, (byte) '0');
    }
  }

  /** Makes this the key of the previous number; the number is not 0. */
  public void decrement() {
    for (int i = BYTES - 1; i >= 0; i--) {
      byte digit = withDot.get(ValueLayout.JAVA_BYTE, i);
      if (digit != '0') {
        withDot.set(ValueLayout.JAVA_BYTE, i, (byte) (digit - 1));
        return;
      }
      withDot.set(ValueLayout.JAVA_BYTE, i, (byte) '9');
    }
  }

  /** The key's memory. */
  public MemorySegment memory() {
    return key;
  }

  /** A key right after that of a number, which no store holds. */
  public MemorySegment setMissing(long number) {
    set(number);
    return withDot;
  }

  /** Whether these bytes are this key. */
  public boolean matches(MemorySegment found, int length) {
    return length == BYTES
        && found.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)
            == key.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)
        && found.get(ValueLayout.JAVA_LONG_UNALIGNED, 8)
            == key.get(ValueLayout.JAVA_LONG_UNALIGNED, 8);
  }

  /** Whether all bytes of a buffer are this key; changes its byte order. */
  public boolean matches(ByteBuffer found) {
    found.order(ByteOrder.nativeOrder());
    return found.limit() == BYTES
        && found.getLong(0) == key.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)
        && found.getLong(8) == key.get(ValueLayout.JAVA_LONG_UNALIGNED, 8);
  }
}
