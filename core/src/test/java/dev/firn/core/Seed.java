package dev.firn.core;

/** The seed of a random test: a new one each time, which is printed, or the one to replay. */
public final class Seed {

  private Seed() {}

  /** The seed for {@code test}; replays with {@code -Dfirn.seed=N}. */
  public static long of(Class<?> test) {
    long seed = Long.getLong("firn.seed", System.nanoTime());
    System.out.println(test.getSimpleName() + ": -Dfirn.seed=" + seed);
    return seed;
  }
}
