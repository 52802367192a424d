package dev.firn.test.compare;

import dev.firn.test.compare.Medians.Figure;
import java.util.List;

/**
 * What Firn is meant to keep to, whatever others do.
 *
 * @param unit what the figure is divided by to be shown
 * @param bound the most, in that unit
 */
record Limit(String what, Figure figure, double unit, double bound) {

  private static final double MILLIS = 1000;

  /**
   * Less than this is nothing: a thread allocates a little for each file that it touches first.
   */
  private static final double NOTHING = 0.5;

  static final List<Limit> ALL =
      List.of(
          new Limit(
              "p99.9 of a put in fillrandom, µs", firn(Workload.FILLRANDOM, Metric.P999), 1, 30),
          new Limit(
              "longest put in fillrandom, ms", firn(Workload.FILLRANDOM, Metric.MAX), MILLIS, 5),
          none("put", Workload.FILLRANDOM),
          none("get", Workload.READHOT),
          none("cursor step", Workload.READSEQ));

  private static Limit none(String what, Workload workload) {
    return new Limit("bytes allocated by a " + what, firn(workload, Metric.ALLOCATED), 1, 0);
  }

  private static Figure firn(Workload workload, Metric metric) {
    return new Figure(Contender.FIRN, workload, metric);
  }

  boolean isKeptBy(double shown) {
    return shown <= Math.max(bound, NOTHING);
  }
}
