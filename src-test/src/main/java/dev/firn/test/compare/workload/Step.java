package dev.firn.test.compare.workload;

/** What a thread does again and again, and its latency is measured of. Allocates nothing. */
@FunctionalInterface
public interface Step {

  /** Does it; returns the count of operations. */
  long run();
}
