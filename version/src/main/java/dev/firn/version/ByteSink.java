package dev.firn.version;

import dev.firn.core.Varint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A growing buffer in native memory; integers are little-endian.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The garbage collector frees its
 * memory.
 */
final class ByteSink {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private MemorySegment memory = Arena.ofAuto().allocate(1024);
  private long size;

  /** The bytes put so far; valid until more are put. */
  MemorySegment memory() {
    return memory;
  }

  /** Number of bytes put so far. */
  long size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  ByteSink putByte(int value) {
    reserve(1);
    memory.set(ValueLayout.JAVA_BYTE, size++, (byte) value);
    return this;
  }

  ByteSink putInt(int value) {
    reserve(Integer.BYTES);
    memory.set(INT, size, value);
    size += Integer.BYTES;
    return this;
  }

  ByteSink putLong(long value) {
    reserve(Long.BYTES);
    memory.set(LONG, size, value);
    size += Long.BYTES;
    return this;
  }

  ByteSink putVarint(long value) {
    assert value >= 0 : "value=" + value;
    reserve(Varint.MAX_LONG_BYTES);
    size = Varint.put(memory, size, value);
    return this;
  }

  /** Puts the length, then the bytes. */
  ByteSink putBytes(byte[] bytes) {
    putVarint(bytes.length);
    reserve(bytes.length);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, size, bytes.length);
    size += bytes.length;
    return this;
  }

  /** Puts zeros up to a multiple of {@code unit}. */
  ByteSink align(int unit) {
    while (size % unit != 0) {
      putByte(0);
    }
    return this;
  }

  /** Replaces an integer that was put before. */
  void setInt(long offset, int value) {
    assert offset <= size - Integer.BYTES;
    memory.set(INT, offset, value);
  }

  private void reserve(long bytes) {
    if (size + bytes > memory.byteSize()) {
      MemorySegment larger = Arena.ofAuto().allocate(Math.max(size + bytes, 2 * size));
      MemorySegment.copy(memory, 0, larger, 0, size);
      memory = larger;
    }
  }
}
