package dev.firn.test.compare.workload;

import dev.firn.cli.workload.SplitMix;

/**
 * Ranks below a count of which the first come most often: rank <i>r</i> with a probability
 * proportional to 1 / (<i>r</i> + 1)^{@value #THETA}, as in YCSB.
 *
 * <p>The method is that of Gray and others, "Quickly Generating Billion-Record Synthetic
 * Databases", SIGMOD 1994: the distribution function is inverted by an approximation that is exact
 * for the first two ranks. It costs one power; making one costs a power for each rank.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class Zipfian {

  static final double THETA = 0.99;

  private static final long BOUND = 1L << 53;

  private final long count;
  private final SplitMix random;
  private final double zeta;
  private final double second;
  private final double eta;

  /** The same seed gives the same ranks. */
  Zipfian(long count, long seed) {
    this.count = count;
    this.random = new SplitMix(SplitMix.mix(seed));
    this.zeta = zeta(count);
    this.second = 1 + Math.pow(0.5, THETA);
    this.eta = (1 - Math.pow(2.0 / count, 1 - THETA)) / (1 - second / zeta);
  }

  private static double zeta(long count) {
    double sum = 0;
    for (long i = 1; i <= count; i++) {
      sum += Math.pow(i, -THETA);
    }
    return sum;
  }

  /** A rank; 0 is the most frequent. */
  long next() {
    double uniform = (double) random.next(BOUND) / BOUND;
    double scaled = uniform * zeta;
    if (scaled < 1) {
      return 0;
    }
    if (scaled < second) {
      return Math.min(1, count - 1);
    }
    long rank = (long) (count * Math.pow(eta * uniform - eta + 1, 1 / (1 - THETA)));
    return Math.min(rank, count - 1);
  }

  /** A number below the count; the frequent ones are spread over all. */
  long nextScrambled() {
    return Math.unsignedMultiplyHigh(SplitMix.mix(next()), count);
  }
}
