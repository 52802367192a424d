package dev.firn.sstable;

import dev.firn.core.RefCounted;
import java.lang.foreign.MemorySegment;

/**
 * A decompressed block.
 *
 * <p><b>Ownership.</b> Whoever pinned it holds a reference, and the cache holds one as long as it
 * keeps the block; the memory goes back to the pool with the last one.
 */
final class CachedBlock extends RefCounted {

  private final BlockSlots slots;
  private final int number;
  private final BlockMemory memory;

  /** That of {@link #memory}, kept here: a step from object to object is a wait for memory. */
  private final MemorySegment segment;

  private final int length;

  /** Where the cache keeps it; the cache's lock guards it. */
  private int place = -1;

  /** Racy on purpose: a lost update costs a block its second chance, no more. */
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

  /** What the cache counts. */
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

  /** Notes a use of the block, for the eviction. */
  void markUsed() {
    // Most blocks that are asked for were asked for before: do not dirty their cache line.
    if (!used) {
      used = true;
    }
  }

  /** Whether somebody asked for it since the last call. */
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
