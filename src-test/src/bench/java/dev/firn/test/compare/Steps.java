package dev.firn.test.compare;

/**
 * A stretch of a workload, in a loop of its own, so that each is compiled for itself. Allocates
 * nothing.
 */
@FunctionalInterface
interface Steps {

  /** Does the steps from one number to before another. */
  void run(Driver driver, long from, long to);
}
