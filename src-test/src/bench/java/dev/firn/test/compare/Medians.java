package dev.firn.test.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/** The medians of the rounds of a comparison. */
final class Medians {

  private final List<Result> results;

  /** The medians of results for stores of one size. */
  Medians(List<Result> results) {
    this.results = results;
  }

  OptionalDouble of(Contender contender, Trial trial, Metric metric) {
    double[] sorted =
        results.stream()
            .filter(result -> result.contender() == contender && result.trial() == trial)
            .map(result -> result.metrics().get(metric))
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? OptionalDouble.of(sorted[middle])
        : Arrays.stream(sorted).skip(Math.max(0, middle - 1)).limit(2).average();
  }
}
