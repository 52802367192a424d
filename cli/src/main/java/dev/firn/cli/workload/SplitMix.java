package dev.firn.cli.workload;

/** SplitMix64, a generator of random numbers that allocates nothing. */
public final class SplitMix {

  private static final long STEP = 0x9e3779b97f4a7c15L;

  private long state;

  /** A generator; the same seed gives the same numbers. */
  public SplitMix(long seed) {
    state = seed;
  }

  /** Scrambles a number: close numbers do not give close results. */
  public static long mix(long number) {
    long z = number + STEP;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** The next number from 0 to {@code bound - 1}. */
  public long next(long bound) {
    long random = mix(state);
    state += STEP;
    return Math.unsignedMultiplyHigh(random, bound);
  }
}
