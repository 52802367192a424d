package dev.firn.test.compare;

import dev.firn.cli.console.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** The tables of the comparison, in Markdown. */
final class Report {

  private static final String NONE = "";

  /**
   * Fewer bytes for an operation are none: a thread allocates for each file that it reads first.
   */
  private static final double NO_BYTES = 0.5;

  private final Medians medians;
  private final List<Contender> contenders;
  private final List<Trial> trials;
  private final Size size;
  private final String rounds;

  /** A report on the results for stores of this size. */
  Report(List<Result> results, Size size) {
    List<Result> about = results.stream().filter(r -> Size.of(r).equals(size)).toList();
    this.medians = new Medians(about);
    this.contenders = present(Contender.values(), about, Result::contender);
    this.trials = present(Trial.values(), about, Result::trial);
    this.size = size;
    this.rounds = rounds(about);
  }

  /** The round count, from the trial with the fewest to the one with the most. */
  private String rounds(List<Result> results) {
    IntSummaryStatistics rounds =
        trials.stream().mapToInt(trial -> rounds(results, trial)).summaryStatistics();
    int min = rounds.getMin();
    int max = rounds.getMax();
    return (min == max ? "" : min + " to ") + Quantity.count(max, "round", "rounds");
  }

  private static int rounds(List<Result> results, Trial trial) {
    return (int)
        results.stream().filter(r -> r.trial() == trial).mapToInt(Result::round).distinct().count();
  }

  private static <T> List<T> present(T[] all, List<Result> results, Function<Result, T> of) {
    return Stream.of(all)
        .filter(t -> results.stream().anyMatch(r -> of.apply(r).equals(t)))
        .toList();
  }

  /**
   * All tables.
   *
   * @param charts what to show above the rates
   */
  String text(String charts) {
    return String.format(
            Locale.ROOT,
            "%s entries of 16-byte keys and %s-byte values; medians of %s.%n%n",
            Quantity.count(size.num()),
            Quantity.count(size.valueBytes()),
            rounds)
        + "## Thousand operations a second\n\n"
        + charts
        + rates()
        + "\n## Latency of a put in fillrandom, µs\n\n"
        + latencies()
        + "\n## Heap bytes allocated by an operation\n\n"
        + allocations()
        + "\nNo store allocates in the other workloads.\n"
        + "\n## Disk, MB\n\n"
        + disk()
        + "\n## Peak memory without the page cache, MB\n\n"
        + memory();
  }

  private String rates() {
    MarkdownTable table = newTable("workload");
    for (Trial trial : trials) {
      table.row(cells(trial.label(), trial, Metric.RATE, Report::thousands));
      addExtra(table, trial, Metric.SETTLED_RATE, trial.label() + " until settled");
      addExtra(table, trial, Metric.WRITER_RATE, trial.label() + ", the writer");
    }
    return table.text();
  }

  private void addExtra(MarkdownTable table, Trial trial, Metric metric, String label) {
    if (contenders.stream().anyMatch(c -> medians.of(c, trial, metric).isPresent())) {
      table.row(cells(label, trial, metric, Report::thousands));
    }
  }

  private String latencies() {
    MarkdownTable table = newTable("");
    table.row(cells("p50", Trial.FILLRANDOM, Metric.P50, Report::decimal));
    table.row(cells("p99", Trial.FILLRANDOM, Metric.P99, Report::decimal));
    table.row(cells("p99.9", Trial.FILLRANDOM, Metric.P999, Report::decimal));
    table.row(cells("max", Trial.FILLRANDOM, Metric.MAX, Report::decimal));
    return table.text();
  }

  private String allocations() {
    MarkdownTable table = newTable("workload");
    for (Trial trial : trials) {
      boolean any =
          contenders.stream()
              .anyMatch(c -> medians.of(c, trial, Metric.ALLOCATED).orElse(0) >= NO_BYTES);
      if (any) {
        table.row(cells(trial.label(), trial, Metric.ALLOCATED, Report::decimal));
      }
    }
    return table.text();
  }

  private String disk() {
    MarkdownTable table = newTable("after");
    for (Trial trial : List.of(Trial.FILLRANDOM, Trial.OVERWRITE)) {
      table.row(cells(trial.label(), trial, Metric.DISK, Report::megabytes));
      table.row(cells("without journals", trial, Metric.TABLES, Report::megabytes));
      table.row(cells("table bytes written", trial, Metric.TABLES_WRITTEN, Report::megabytes));
    }
    return table.text();
  }

  private String memory() {
    MarkdownTable table = newTable("workload");
    for (Trial trial : List.of(Trial.FILLRANDOM, Trial.OVERWRITE, Trial.READWHILEWRITING)) {
      table.row(cells(trial.label(), trial, Metric.MEMORY, Report::megabytes));
    }
    return table.text();
  }

  /** Writes bar charts of the rates: of trials that write, and of those that only read. */
  void writeCharts(Path writes, Path reads) throws IOException {
    if (has(false)) {
      Charts.bars(writes, "Writes", labels(false), series(false));
    }
    if (has(true)) {
      Charts.bars(reads, "Reads", labels(true), series(true));
    }
  }

  /** Whether there is nothing to report. */
  boolean isEmpty() {
    return trials.isEmpty();
  }

  /** Whether there are results of trials that only read, or of trials that write. */
  boolean has(boolean reads) {
    return !charted(reads).isEmpty();
  }

  private List<Trial> charted(boolean reads) {
    return trials.stream().filter(trial -> trial.isRead() == reads).toList();
  }

  private List<String> labels(boolean reads) {
    return charted(reads).stream().map(Trial::label).toList();
  }

  private List<Charts.Series> series(boolean reads) {
    return contenders.stream()
        .map(
            contender ->
                new Charts.Series(
                    contender.title(),
                    contender.ordinal(),
                    charted(reads).stream()
                        .map(t -> medians.of(contender, t, Metric.RATE).orElse(Double.NaN))
                        .toList()))
        .toList();
  }

  private MarkdownTable newTable(String corner) {
    return new MarkdownTable(
        Stream.concat(Stream.of(corner), contenders.stream().map(Contender::title)).toList());
  }

  private List<String> cells(
      String label, Trial trial, Metric metric, DoubleFunction<String> format) {
    List<String> cells = new ArrayList<>();
    cells.add(label);
    for (Contender contender : contenders) {
      OptionalDouble value = medians.of(contender, trial, metric);
      cells.add(value.isPresent() ? format.apply(value.getAsDouble()) : NONE);
    }
    return cells;
  }

  static String thousands(double perSecond) {
    double thousands = perSecond / 1000;
    return String.format(Locale.ROOT, thousands < 99.95 ? "%.1f" : "%,.0f", thousands);
  }

  private static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%,.0f", bytes / 1e6);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, value < 99.95 ? "%.1f" : "%,.0f", value);
  }
}
