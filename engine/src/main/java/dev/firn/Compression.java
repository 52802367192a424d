package dev.firn;

/** How the blocks of tables are compressed. */
public enum Compression {
  /**
   * {@link #LZ4} for new tables while the store's data, uncompressed, are larger than {@link
   * StoreOptions.Builder#pageCacheBytes}: then the same memory holds more blocks. Otherwise {@link
   * #NONE}.
   */
  AUTO,
  /** No compression. Blocks are read in place, without a copy and without the block cache. */
  NONE,
  /**
   * LZ4 block format. Typical values take about half the space; a block is decompressed when it is
   * read and not in the block cache.
   */
  LZ4
}
