package dev.firn.sstable;

import dev.firn.core.KeyHash;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Native memory that holds the key to search for, and ends with it. */
final class Probe implements AutoCloseable {

  private static final int BYTES = 1 << 17;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(BYTES);
  private MemorySegment key = memory;
  private int length;

  /** Sets the key; its segment ends with it. */
  void set(byte[] bytes) {
    length = bytes.length;
    key = memory.asSlice(BYTES - length, length);
    MemorySegment.copy(bytes, 0, key, ValueLayout.JAVA_BYTE, 0, length);
  }

  MemorySegment key() {
    return key;
  }

  int length() {
    return length;
  }

  long hash() {
    return KeyHash.of(key, 0, length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
