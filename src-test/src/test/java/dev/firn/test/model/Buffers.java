package dev.firn.test.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

final class Buffers {

  private Buffers() {}

  static MemorySegment of(Arena arena, byte[] bytes) {
    MemorySegment segment = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  static byte[] toArray(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }
}
