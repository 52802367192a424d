package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Takes {@link PairKey}s apart. Pairs of one key that follow one another cost a comparison.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Memory on the heap, used again for
 * each key.
 */
public final class PairParts {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.nativeOrder());

  private static final VarHandle ARRAY_WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int FIRST_BYTES = 64;

  /** The escaped key of the last pair and its end. */
  private byte[] escaped = new byte[FIRST_BYTES];

  private int escapedLength;
  private byte[] key = new byte[FIRST_BYTES];
  private int keyLength;

  /** A view of the key for users, and how long a key it shows. */
  private MemorySegment view = MemorySegment.ofArray(key).asSlice(0, 0).asReadOnly();

  /** Before the first pair. */
  public PairParts() {}

  /**
   * Takes a pair apart; returns where its value starts, or -1 when it is no pair.
   *
   * @param pair the user key of an entry of a multi tree
   */
  public int split(MemorySegment pair) {
    if (!hasSameKey(pair)) {
      int end = keyEnd(pair);
      if (end < 0) {
        return end;
      }
      setKey(pair, end);
    }
    return escapedLength;
  }

  /** Whether a pair has the key of the last one that was taken apart. */
  public boolean hasSameKey(MemorySegment pair) {
    int length = escapedLength;
    if (length == 0 || pair.byteSize() < length) {
      return false;
    }
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      if (pair.get(WORD, i) != (long) ARRAY_WORD.get(escaped, i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (pair.get(ValueLayout.JAVA_BYTE, i) != escaped[i]) {
        return false;
      }
    }
    return true;
  }

  private void setKey(MemorySegment pair, int end) {
    escapedLength = 0; // until everything is set
    if (end > escaped.length) {
      escaped = new byte[Math.max(end, 2 * escaped.length)];
      key = new byte[escaped.length];
      view = MemorySegment.ofArray(key).asReadOnly();
    }
    MemorySegment.copy(pair, ValueLayout.JAVA_BYTE, 0, escaped, 0, end);
    int to = 0;
    for (int from = 0; from < end - PairKey.END_BYTES; from++) {
      key[to++] = escaped[from];
      from += escaped[from] == 0 ? 1 : 0;
    }
    keyLength = to;
    if (view.byteSize() != to) {
      view = MemorySegment.ofArray(key).asSlice(0, to).asReadOnly();
    }
    escapedLength = end;
  }

  /** Where the key of a pair and its end are over; -1 when it is no pair. */
  private static int keyEnd(MemorySegment pair) {
    int last = (int) pair.byteSize() - 1;
    for (int i = 0; i < last; i++) {
      if (pair.get(ValueLayout.JAVA_BYTE, i) == 0) {
        byte next = pair.get(ValueLayout.JAVA_BYTE, ++i);
        if (next == 0) {
          return i + 1;
        }
        if (next != PairKey.ESCAPE) {
          break;
        }
      }
    }
    return -1;
  }

  /** The key of the last pair, read-only. May be the same object for another key. */
  public MemorySegment key() {
    return view;
  }

  /** The length of the key of the last pair. */
  public int keyLength() {
    return keyLength;
  }
}
