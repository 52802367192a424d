package dev.firn.sstable;

import java.util.Objects;

/**
 * The layout of tables.
 *
 * @param blockBytes max size of a data block, uncompressed, unless a single entry is larger
 * @param restartInterval entries per restart point: fewer make the search in a block faster, more
 *     make the block smaller
 * @param filterBitsPerKey filter bits per distinct key; 0 for no filter
 * @param compression codec of data blocks that it makes small enough
 * @param largeCompression the codec for a store with {@linkplain TableResidency#isLarge more data
 *     than memory}
 * @param packed whether blocks are cut so that as few as possible lie on two pages of the file
 */
public record TableOptions(
    int blockBytes,
    int restartInterval,
    int filterBitsPerKey,
    Codec compression,
    Codec largeCompression,
    boolean packed) {

  /** Min {@link #blockBytes}. */
  static final int MIN_BLOCK_BYTES = 128;

  /** Max {@link #blockBytes}. */
  static final int MAX_BLOCK_BYTES = 1 << 20;

  /** Max {@link #restartInterval}. */
  static final int MAX_RESTART_INTERVAL = 255;

  /** Max {@link #filterBitsPerKey}. */
  static final int MAX_FILTER_BITS_PER_KEY = 32;

  /**
   * How many more bits per key a filter has when a search that it lets pass costs a device read.
   */
  private static final int MORE_FILTER_BITS = 6;

  /** The layout of a store with default options. */
  public static final TableOptions DEFAULT = new TableOptions(4096, 8, 10, Codec.NONE);

  /** The same codec whatever the amount of data. */
  public TableOptions(
      int blockBytes, int restartInterval, int filterBitsPerKey, Codec compression) {
    this(blockBytes, restartInterval, filterBitsPerKey, compression, compression, false);
  }

  /** Refuses values out of range. */
  public TableOptions {
    Objects.requireNonNull(compression, "compression");
    Objects.requireNonNull(largeCompression, "largeCompression");
    check("blockBytes", blockBytes, MIN_BLOCK_BYTES, MAX_BLOCK_BYTES);
    check("restartInterval", restartInterval, 1, MAX_RESTART_INTERVAL);
    check("filterBitsPerKey", filterBitsPerKey, 0, MAX_FILTER_BITS_PER_KEY);
  }

  /** The layout for a store with more data than memory. */
  public TableOptions forLarge() {
    int bits =
        filterBitsPerKey == 0
            ? 0
            : Math.min(filterBitsPerKey + MORE_FILTER_BITS, MAX_FILTER_BITS_PER_KEY);
    return new TableOptions(
        blockBytes, restartInterval, bits, largeCompression, largeCompression, true);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + "=" + value + ", not " + min + " to " + max);
    }
  }
}
