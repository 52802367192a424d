package dev.firn.test.compare.workload;

import dev.firn.cli.workload.Expected;
import dev.firn.test.compare.report.Metric;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Work on a store, measured as a whole. Workloads of a stage run one after the other on one store;
 * those that depend on each other share an object.
 *
 * <p><b>Threading.</b> {@link #begin} and its step belong to one thread for each thread of the
 * workload; the rest is called between workloads.
 */
public interface Workload {

  /** The field's name, if it has one. */
  String name();

  /** When each thread ends. */
  Limit limit();

  /**
   * Makes everything ready before the clock starts.
   *
   * @param thread from 0 to {@link #threads} - 1
   */
  Step begin(CheckedClient client, int thread);

  /** Thread count. */
  default int threads() {
    return 1;
  }

  /** What another thread does meanwhile, or null. */
  default @Nullable Step beginBeside(CheckedClient client) {
    return null;
  }

  /** Whether the workloads after it need what it does. */
  default boolean isNeeded() {
    return false;
  }

  /** Whether it is in the results. */
  default boolean isMeasured() {
    return true;
  }

  /** Whether the next workload begins only when the background work that this caused has ended. */
  default boolean settles() {
    return false;
  }

  /** What the report shows, of all that is measured. */
  default Set<Metric> shown() {
    return Metric.RATE_ONLY;
  }

  /** Whether the store can do it. */
  default boolean suits(CheckedClient client) {
    return true;
  }

  /** Before its threads begin. */
  default void before(Expected expected) {}

  /** After its threads have ended and the store has settled: checks what only shows then. */
  default void after(CheckedClient client) {}

  /** Adds what it has measured itself. */
  default void addTo(Map<Metric, Double> metrics) {}
}
