package dev.firn.sstable;

/**
 * The layout of the filter section, a Bloom filter in which all bits of one key lie in one line of
 * 64 bytes, so that a probe is one cache miss. How many probes a key has is in the table's
 * properties.
 *
 * <pre>
 *  filter := zero bytes up to the first aligned offset of the file | line*
 *  line   := 8 words of 8 bytes; bit b of the line is bit b mod 64 of word b / 64
 * </pre>
 *
 * <p>The line of a key with the {@code KeyHash} h is the high half of the 128-bit product h *
 * lines. Its bits: h is multiplied by {@link #STEP} once before each probe, the product's highest 9
 * bits are the number of the bit.
 */
final class FilterFormat {

  static final int LINE_BYTES = 64;
  static final int LINE_BITS = 8 * LINE_BYTES;

  /** The product's shift that leaves the number of a bit in a line. */
  static final int BIT_SHIFT = Long.SIZE - 9;

  static final long STEP = 0x9e37_79b9_7f4a_7c15L;

  static final int MAX_PROBES = 16;

  private FilterFormat() {}

  /** The line that the bits of a key are in. */
  static long line(long hash, long lines) {
    return Math.unsignedMultiplyHigh(hash, lines);
  }

  /**
   * How many probes make the fewest false positives for a number of bits a key; a little fewer than
   * for a Bloom filter without lines, whose bits are spread more evenly.
   */
  static int probes(int bitsPerKey) {
    return Math.clamp(Math.round(bitsPerKey * 0.6), 1, MAX_PROBES);
  }
}
