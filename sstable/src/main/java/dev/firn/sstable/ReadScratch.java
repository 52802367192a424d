package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What it takes to read and check a section: memory that no file backs, and a checksum.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The pool's, or the
 * garbage collector's when the pool has enough of them.
 */
final class ReadScratch {

  static final int BYTES = 64 * 1024;

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, Long.BYTES);
  private final ByteBuffer buffer = memory.asByteBuffer();
  private final Checksum checksum = new Checksum();

  MemorySegment memory() {
    return memory;
  }

  Checksum checksum() {
    return checksum;
  }

  /** Adds the first bytes of the memory to the checksum. */
  void absorb(int length) {
    checksum.update(buffer.limit(length).position(0));
  }
}
