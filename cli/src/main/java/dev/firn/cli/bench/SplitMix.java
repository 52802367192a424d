package dev.firn.cli.bench;

/** A small generator of random numbers that allocates nothing: SplitMix64. */
final class SplitMix {

  private static final long STEP = 0x9e3779b97f4a7c15L;

  private long state;

  SplitMix(long seed) {
    state = seed;
  }

  /** Scrambles a number; equal numbers give equal results, close ones do not give close ones. */
  static long mix(long number) {
    long z = number + STEP;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** The next number from 0 to {@code bound - 1}. */
  long next(long bound) {
    long random = mix(state);
    state += STEP;
    return Math.unsignedMultiplyHigh(random, bound);
  }
}
