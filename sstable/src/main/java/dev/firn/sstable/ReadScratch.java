package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What it takes to read and check a section: memory that no file backs, and a checksum.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The pool's, or the
 * garbage collector's when the pool has enough of them.
 */
final class ReadScratch {

  /** How much is read at once where not all of a section is needed in memory. */
  static final int STEP_BYTES = 64 * 1024;

  private static final int MODEST_BYTES = 1 << 20;

  private final NativeBuffer buffer = new NativeBuffer(Arena.ofAuto(), STEP_BYTES);
  private final Checksum checksum = new Checksum();

  NativeBuffer buffer() {
    return buffer;
  }

  MemorySegment memory() {
    return buffer.memory();
  }

  Checksum checksum() {
    return checksum;
  }

  /** Adds the first bytes of the memory to the checksum. */
  void absorb(int length) {
    checksum.update(buffer.bytes().limit(length).position(0));
  }

  /** Whether it has not grown so much that keeping it would be a waste. */
  boolean isModest() {
    return buffer.size() <= MODEST_BYTES;
  }
}
