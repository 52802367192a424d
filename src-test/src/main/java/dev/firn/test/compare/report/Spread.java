package dev.firn.test.compare.report;

import java.util.Collection;
import java.util.Optional;

/**
 * The rounds of a figure.
 *
 * @param median of all
 */
record Spread(double median, double min, double max, int rounds) {

  /** Of the figures of rounds; empty if there are none. */
  static Optional<Spread> of(Collection<Double> figures) {
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return Optional.empty();
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return Optional.of(new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length));
  }
}
