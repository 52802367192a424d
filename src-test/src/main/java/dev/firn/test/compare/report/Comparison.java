package dev.firn.test.compare.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The table of results: workloads by stores, medians of rounds. Beside them, how many times better
 * the first store is than each of the others: the median of the rounds, and the least and the most.
 */
public final class Comparison {

  private final List<Result> results;
  private final Map<String, String> titles;
  private final List<String> workloads;

  /**
   * A comparison.
   *
   * @param titles of stores by their labels, in the order of columns; the first is compared
   * @param order of the workloads; others follow
   */
  public Comparison(List<Result> results, Map<String, String> titles, Collection<String> order) {
    this.results = results;
    this.titles = new LinkedHashMap<>(titles);
    this.titles.keySet().retainAll(results.stream().map(Result::store).toList());
    Set<String> present = new LinkedHashSet<>(order);
    results.forEach(result -> present.add(result.workload()));
    present.retainAll(results.stream().map(Result::workload).toList());
    this.workloads = List.copyOf(present);
  }

  /** The table of all workloads and of every metric that is shown. */
  public String table() {
    return table(workloads, Set.of(Metric.values()));
  }

  /** The table of these metrics of the workloads; those without results are left out. */
  public String table(Collection<String> chosen, Set<Metric> metrics) {
    boolean hasUnits = metrics.size() > 1;
    List<String> head = new ArrayList<>(hasUnits ? List.of("workload", "") : List.of("workload"));
    head.addAll(titles.values());
    List<String> stores = List.copyOf(titles.keySet());
    for (String other : others(stores)) {
      head.add("/ " + titles.get(other));
    }
    MarkdownTable table = new MarkdownTable(head, hasUnits ? 2 : 1);
    for (String workload : chosen) {
      for (Metric metric : shown(workload)) {
        if (metrics.contains(metric)) {
          table.row(row(workload, metric, stores, hasUnits));
        }
      }
    }
    return table.text();
  }

  private static List<String> others(List<String> stores) {
    return stores.isEmpty() ? List.of() : stores.subList(1, stores.size());
  }

  private Set<Metric> shown(String workload) {
    Set<Metric> shown = new TreeSet<>();
    results.stream()
        .filter(result -> result.workload().equals(workload))
        .forEach(result -> shown.addAll(result.shown()));
    return shown;
  }

  private List<String> row(String workload, Metric metric, List<String> stores, boolean hasUnits) {
    List<String> cells = new ArrayList<>(List.of(workload));
    if (hasUnits) {
      cells.add(metric.unit());
    }
    for (String store : stores) {
      Optional<Spread> spread = Spread.of(rounds(store, workload, metric).values());
      cells.add(spread.map(s -> metric.format(s.median())).orElse(""));
    }
    for (String other : others(stores)) {
      cells.add(advantage(workload, metric, stores.getFirst(), other));
    }
    return cells;
  }

  /** Rounds are compared one by one: what they have in common does not widen the spread. */
  private String advantage(String workload, Metric metric, String store, String other) {
    Map<Integer, Double> over = rounds(other, workload, metric);
    List<Double> advantages = new ArrayList<>();
    rounds(store, workload, metric)
        .forEach(
            (round, figure) -> {
              Double compared = over.get(round);
              double times = compared == null ? Double.NaN : metric.advantage(figure, compared);
              if (Double.isFinite(times)) {
                advantages.add(times);
              }
            });
    return Spread.of(advantages).map(Comparison::times).orElse("");
  }

  private static String times(Spread spread) {
    String median = digits(spread.median());
    return spread.rounds() == 1
        ? median
        : "%s (%s-%s)".formatted(median, digits(spread.min()), digits(spread.max()));
  }

  private static String digits(double times) {
    String format = times < 0.995 ? "%.2f" : times < 9.95 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, times);
  }

  private Map<Integer, Double> rounds(String store, String workload, Metric metric) {
    Map<Integer, Double> rounds = new TreeMap<>();
    for (Result result : results) {
      Double figure = result.metrics().get(metric);
      if (figure != null && result.store().equals(store) && result.workload().equals(workload)) {
        rounds.put(result.round(), figure);
      }
    }
    return rounds;
  }
}
