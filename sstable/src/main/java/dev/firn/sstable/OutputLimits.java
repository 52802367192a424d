package dev.firn.sstable;

/**
 * How much of a table that is being written waits for the device.
 *
 * @param appendBytes size of an append, a power of two of at least 64 KiB
 * @param syncBytes count of bytes after which the file is synced, besides at its end
 */
public record OutputLimits(int appendBytes, long syncBytes) {

  private static final int MIN_APPEND_BYTES = 64 << 10;

  /*
   * Each append but the last is 2 MiB long, at a multiple of 2 MiB. The page cache of ext4 and xfs
   * then keeps it as one huge page, which a mapping of the file maps as one. Random reads of a
   * table in memory take 240 ns instead of 430 ns; nearly all of the difference is TLB misses.
   */
  private static final int MAX_APPEND_BYTES = 2 << 20;

  private static final int APPEND_PARTS = 64;

  private static final long MANY_BYTES = 512L << 20;
  private static final long MIN_SYNC_BYTES = 2L << 20;
  private static final int SYNC_PARTS = 32;

  /** Those of a store with enough memory. */
  public static final OutputLimits USUAL = new OutputLimits(MAX_APPEND_BYTES, Long.MAX_VALUE);

  /**
   * Those of a store with this much memory. With little of it the pages of a table must not wait
   * for its end: they would fill the container, and the sync of the end would hold up every other
   * one.
   */
  public static OutputLimits of(long memoryBytes) {
    return memoryBytes >= MANY_BYTES
        ? USUAL
        : new OutputLimits(
            Math.clamp(
                Long.highestOneBit(memoryBytes / APPEND_PARTS), MIN_APPEND_BYTES, MAX_APPEND_BYTES),
            Math.max(MIN_SYNC_BYTES, memoryBytes / SYNC_PARTS));
  }
}
