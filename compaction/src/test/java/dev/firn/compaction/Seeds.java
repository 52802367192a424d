package dev.firn.compaction;

import java.util.Random;

/** Seeds of random tests: printed, and replayed with {@code -Dfirn.seed=N}. */
final class Seeds {

  private static final long BASE = Long.getLong("firn.seed", System.nanoTime());

  static {
    System.out.println("firn.seed=" + BASE);
  }

  private Seeds() {}

  /** The random numbers of one round. */
  static Random random(long round) {
    return new Random(BASE * 31 + round);
  }
}
