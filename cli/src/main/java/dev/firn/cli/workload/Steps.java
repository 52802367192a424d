package dev.firn.cli.workload;

/**
 * A stretch of a workload in a loop of its own, so that the JIT compiler compiles each workload for
 * itself. Allocates nothing.
 *
 * <p><b>Threading.</b> Threads run the same steps, each with its own driver.
 */
@FunctionalInterface
interface Steps {

  /**
   * Does the steps with the indexes {@code from}, {@code from + driver.stride} ... below the end.
   */
  void run(ClientDriver driver, long from, long to);
}
