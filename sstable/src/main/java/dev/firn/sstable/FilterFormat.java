package dev.firn.sstable;

/**
 * The layout of the filter section: a Bloom filter in which all bits of a key are in one line of 64
 * bytes, so that a look-up is one cache miss. The table's properties hold the number of probes.
 *
 * <pre>
 *  filter := zero bytes up to the first aligned offset of the file | line*
 *  line   := 8 words of 8 bytes; bit b of the line is bit b mod 64 of word b / 64
 * </pre>
 *
 * <p>The line of a key with {@code KeyHash} h is the high half of the 128-bit product h * lines.
 * Each probe multiplies h once more by {@link #STEP}; the highest 9 bits of the product are the
 * index of the bit.
 */
final class FilterFormat {

  static final int LINE_BYTES = 64;
  static final int LINE_BITS = 8 * LINE_BYTES;

  /** Shift of the product that leaves the index of a bit in a line. */
  static final int BIT_SHIFT = Long.SIZE - 9;

  static final long STEP = 0x9e37_79b9_7f4a_7c15L;

  static final int MAX_PROBES = 16;

  private FilterFormat() {}

  /** The line of a key. */
  static long line(long hash, long lines) {
    return Math.unsignedMultiplyHigh(hash, lines);
  }

  /**
   * The number of probes with the fewest false positives for a number of bits per key: slightly
   * fewer than for a Bloom filter without lines, in which bits are distributed more evenly.
   */
  static int probes(int bitsPerKey) {
    return Math.clamp(Math.round(bitsPerKey * 0.6), 1, MAX_PROBES);
  }
}
