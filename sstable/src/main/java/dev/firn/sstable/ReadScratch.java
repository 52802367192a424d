package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Work memory to read and check a section: anonymous memory and a checksum.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The pool's.
 */
final class ReadScratch {

  /** Bytes read at a time where the whole section is not needed in memory. */
  static final int STEP_BYTES = 64 * 1024;

  private static final int MODEST_BYTES = 1 << 20;

  private final Arena arena;
  private final NativeBuffer buffer;
  private final Checksum checksum = new Checksum();

  ReadScratch(Arena arena) {
    this.arena = arena;
    this.buffer = new NativeBuffer(arena, STEP_BYTES);
  }

  void free() {
    arena.close();
  }

  NativeBuffer buffer() {
    return buffer;
  }

  MemorySegment memory() {
    return buffer.memory();
  }

  Checksum checksum() {
    return checksum;
  }

  /** Adds the first bytes of the buffer to the checksum. */
  void absorb(int length) {
    checksum.update(buffer.bytes().limit(length).position(0));
  }

  /** Whether it is small enough to be kept in a pool. */
  boolean isModest() {
    return buffer.size() <= MODEST_BYTES;
  }
}
