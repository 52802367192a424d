package dev.firn.sstable;

/** What the block caches of the process hold, for tests that look for leaks. */
public final class CachedBlocks {

  private CachedBlocks() {}

  /** How many pieces of memory are allocated. */
  public static long allocated() {
    return BlockMemory.allocated();
  }
}
