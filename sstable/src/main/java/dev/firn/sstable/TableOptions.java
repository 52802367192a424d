package dev.firn.sstable;

import java.util.Objects;

/**
 * How tables are laid out.
 *
 * @param blockBytes how large a data block is at most, unless one entry alone is larger;
 *     uncompressed
 * @param restartInterval how many entries share one restart point: fewer make a search within a
 *     block faster, more make the block smaller
 * @param filterBitsPerKey bits of filter a distinct key gets; 0 for no filter
 * @param compression how data blocks are compressed where that pays
 */
public record TableOptions(
    int blockBytes, int restartInterval, int filterBitsPerKey, Codec compression) {

  /** The smallest block. */
  public static final int MIN_BLOCK_BYTES = 128;

  /** The largest block. */
  public static final int MAX_BLOCK_BYTES = 1 << 20;

  /** The most entries a restart point may stand for. */
  public static final int MAX_RESTART_INTERVAL = 255;

  /** The most bits a key may get. */
  public static final int MAX_FILTER_BITS_PER_KEY = 32;

  /** What a store uses unless it is told otherwise. */
  public static final TableOptions DEFAULT = new TableOptions(4096, 8, 10, Codec.NONE);

  /** Refuses values out of range. */
  public TableOptions {
    Objects.requireNonNull(compression, "compression");
    check("blockBytes", blockBytes, MIN_BLOCK_BYTES, MAX_BLOCK_BYTES);
    check("restartInterval", restartInterval, 1, MAX_RESTART_INTERVAL);
    check("filterBitsPerKey", filterBitsPerKey, 0, MAX_FILTER_BITS_PER_KEY);
  }

  private static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + "=" + value + ", not " + least + " to " + most);
    }
  }
}
