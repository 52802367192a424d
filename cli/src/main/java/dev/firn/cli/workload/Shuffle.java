package dev.firn.cli.workload;

/**
 * The numbers from 0 to {@code size - 1} in an order that looks random, each once, without a table.
 *
 * <p>A few rounds of steps that are each invertible on {@code bits} bits permute the numbers below
 * 2^bits; those that leave the range are permuted again until they are back in it.
 */
public final class Shuffle {

  private static final int ROUNDS = 3;

  private final long size;
  private final long mask;
  private final int shift;
  private final long seed;

  /** The order of the numbers below a size, which depends on the seed. */
  public Shuffle(long size, long seed) {
    int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(size - 1));
    this.size = size;
    this.mask = -1L >>> (64 - bits);
    this.shift = (bits + 1) / 2;
    this.seed = SplitMix.mix(seed);
  }

  /** The number at an index of the order. */
  public long at(long index) {
    long x = index;
    do {
      for (int round = 0; round < ROUNDS; round++) {
        x = (x * 0x9e3779b97f4a7c15L + seed) & mask; // odd factor: invertible
        x ^= x >>> shift;
      }
    } while (x >= size);
    return x;
  }
}
