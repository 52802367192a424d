package dev.firn.test.compare.workload;

/**
 * When a thread of a workload ends: once it has done the operations and its time is over, or once
 * the longest time is over. Times are shares of the duration that is set for all workloads.
 */
public record Limit(long operations, double time, double longest) {

  /** A count of operations, however long they take. */
  public static Limit operations(long count) {
    return new Limit(count, 0, Double.POSITIVE_INFINITY);
  }

  /** A share of the duration that is set for all workloads. */
  public static Limit time(double share) {
    return new Limit(1, share, Double.POSITIVE_INFINITY);
  }

  /** The same, but it ends after this share at the latest. */
  public Limit orTime(double share) {
    return new Limit(operations, time, share);
  }

  /** Whether the end is reached. */
  boolean isReached(long done, double seconds, double duration) {
    return seconds >= longest * duration || (done >= operations && seconds >= time * duration);
  }
}
