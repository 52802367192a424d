package dev.firn.cli.bench;

/**
 * One step of a workload, repeated many times. Allocates nothing.
 *
 * <p><b>Threading.</b> Many threads run the same operation, each with its own session.
 */
@FunctionalInterface
interface Operation {

  /**
   * Does the step with this number; the numbers of all threads together are 0 to the workload's
   * count.
   */
  void run(Session session, long index);
}
