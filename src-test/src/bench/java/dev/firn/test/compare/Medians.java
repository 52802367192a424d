package dev.firn.test.compare;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the rounds of a comparison say together: the median of what each says. */
final class Medians {

  private final List<Result> results;

  /** The medians of results that are all of one number and size of entries. */
  Medians(List<Result> results) {
    this.results = results;
  }

  /** What is behind one figure, by round. */
  private SortedMap<Integer, Double> rounds(Figure figure) {
    SortedMap<Integer, Double> rounds = new TreeMap<>();
    for (Result result : results) {
      Double value = result.metrics().get(figure.metric);
      if (result.contender() == figure.contender
          && result.workload() == figure.workload
          && value != null) {
        rounds.put(result.round(), value);
      }
    }
    return rounds;
  }

  OptionalDouble of(Contender contender, Workload workload, Metric metric) {
    return of(new Figure(contender, workload, metric));
  }

  OptionalDouble of(Figure figure) {
    return median(rounds(figure).values());
  }

  /** The median of the ratios in each round: rates drift from one to the next. */
  OptionalDouble ratio(Figure over, Figure under) {
    SortedMap<Integer, Double> theirs = rounds(under);
    SortedMap<Integer, Double> ratios = rounds(over);
    ratios.keySet().retainAll(theirs.keySet());
    theirs.forEach((round, value) -> ratios.computeIfPresent(round, (same, our) -> our / value));
    return median(ratios.values());
  }

  /** One of the figures of a comparison. */
  record Figure(Contender contender, Workload workload, Metric metric) {}

  private static OptionalDouble median(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? OptionalDouble.of(sorted[middle])
        : Arrays.stream(sorted).skip(Math.max(0, middle - 1)).limit(2).average();
  }
}
