package dev.firn.cli.workload;

/**
 * The steps of one thread, and when it ends: after {@code max} steps, or earlier when {@code min}
 * steps are done and the time is over.
 *
 * @param first index of the first step
 * @param stride distance of the indexes of two steps
 * @param nanos the time
 */
public record Plan(long first, long stride, long min, long max, long nanos, Timing timing) {

  /** No limit of steps: writes begin again when all keys were written. */
  public static final long ENDLESS = Long.MAX_VALUE;

  /** Which steps have their latency recorded. */
  public enum Timing {
    /** None. */
    NONE,
    /** Each step: the time since the previous step ended, so that the clock is read once a step. */
    EACH,
    /** One of {@value Worker#SAMPLE}: for steps so short that the clock would dominate them. */
    SAMPLED
  }

  /** Writes until the worker is told to stop. */
  static Plan endless() {
    return new Plan(0, 1, ENDLESS, ENDLESS, Long.MAX_VALUE, Timing.EACH);
  }
}
