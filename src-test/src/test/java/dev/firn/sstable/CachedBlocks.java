package dev.firn.sstable;

/** The memory of all block caches of the process, for tests that check for leaks. */
public final class CachedBlocks {

  private CachedBlocks() {}

  /** How many pieces of block memory are allocated. */
  public static long allocated() {
    return BlockMemory.allocated();
  }
}
