package dev.firn.test;

/**
 * Seeds of random tests. Every run draws a fresh seed unless {@code -Dfirn.seed=N} names one; a
 * failure names the seed that replays it.
 */
public final class Seed {

  /** The system property that replays one seed. */
  public static final String PROPERTY = "firn.seed";

  /** The system property that gives the running time, in minutes, of tests that have one. */
  public static final String MINUTES = "firn.minutes";

  private Seed() {}

  /** A part of a random test that depends on its seed alone. */
  public interface Run {
    void run(long seed) throws Exception;
  }

  private static boolean isGiven() {
    return System.getProperty(PROPERTY) != null;
  }

  /** The given seed, or a fresh one. */
  private static long next() {
    Long given = Long.getLong(PROPERTY);
    return given != null ? given : mix(System.nanoTime()) >>> 16;
  }

  public static void run(Run run) {
    run(next(), run);
  }

  /**
   * Runs under fresh seeds until the time is up, at least once; under a given seed, once.
   *
   * @param millis running time unless {@code -Dfirn.minutes=N} is given
   */
  public static void runFor(long millis, Run run) {
    long minutes = Long.getLong(MINUTES, 0);
    long wanted = minutes > 0 ? minutes * 60_000 : millis;
    long end = System.nanoTime() + wanted * 1_000_000;
    int runs = 0;
    do {
      run(next(), run);
      runs++;
    } while (!isGiven() && System.nanoTime() < end);
    System.out.println(runs + " seeds");
  }

  private static void run(long seed, Run run) {
    System.out.println("seed " + seed);
    try {
      run.run(seed);
    } catch (Throwable e) {
      throw new AssertionError(
          "seed " + seed + " (replay with -D" + PROPERTY + "=" + seed + "): " + e, e);
    }
  }

  public static long mix(long number) {
    long z = number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
