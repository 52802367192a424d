package dev.firn.sstable;

import dev.firn.core.RefCounted;
import java.lang.foreign.MemorySegment;

/**
 * A decompressed block.
 *
 * <p><b>Ownership.</b> Each reader that pinned the block holds a reference, and the cache holds one
 * while it keeps the block. The last release returns the memory to the pool.
 */
final class CachedBlock extends RefCounted {

  private final BlockSlots slots;
  private final int number;
  private final BlockMemory memory;

  /** The segment of {@link #memory}, kept here to save a dependent load. */
  private final MemorySegment segment;

  private final int length;

  /** The block's index in the cache; guarded by the cache's lock. */
  private int place = -1;

  /** CLOCK's used bit. Racy on purpose: a lost update may evict the block a round early. */
  private boolean used;

  CachedBlock(BlockSlots slots, int number, BlockMemory memory, int length) {
    this.slots = slots;
    this.number = number;
    this.memory = memory;
    this.segment = memory.memory();
    this.length = length;
  }

  MemorySegment memory() {
    return segment;
  }

  /** The length of the block's content. */
  int length() {
    return length;
  }

  /** The bytes that the cache counts. */
  long bytes() {
    return segment.byteSize();
  }

  BlockSlots slots() {
    return slots;
  }

  int number() {
    return number;
  }

  int place() {
    return place;
  }

  void setPlace(int place) {
    this.place = place;
  }

  /** Sets the used bit. */
  void setUsed() {
    // Most blocks have the bit set: do not dirty their cache line.
    if (!used) {
      used = true;
    }
  }

  /** Returns and clears the used bit. */
  boolean takeUsed() {
    boolean seen = used;
    used = false;
    return seen;
  }

  @Override
  protected void free() {
    memory.free();
  }
}
