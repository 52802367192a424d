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

/** The comparison's tables, in Markdown. */
final class Report {

  private static final String NONE = "";

  private final Medians medians;
  private final List<Contender> contenders;
  private final List<Workload> workloads;
  private final Size size;
  private final String rounds;

  /** A report on those of the results that are about so many entries of this size. */
  Report(List<Result> results, Size size) {
    List<Result> about = results.stream().filter(r -> Size.of(r).equals(size)).toList();
    this.medians = new Medians(about);
    this.contenders = present(Contender.values(), about, Result::contender);
    this.workloads = present(Workload.values(), about, Result::workload);
    this.size = size;
    this.rounds = rounds(about);
  }

  /** How many rounds there are, from the workload with the fewest to the one with the most. */
  private String rounds(List<Result> results) {
    IntSummaryStatistics rounds =
        workloads.stream().mapToInt(w -> rounds(results, w)).summaryStatistics();
    int least = rounds.getMin();
    int most = rounds.getMax();
    return (least == most ? "" : least + " to ") + Quantity.count(most, "round", "rounds");
  }

  private static int rounds(List<Result> results, Workload workload) {
    return (int)
        results.stream()
            .filter(r -> r.workload() == workload)
            .mapToInt(Result::round)
            .distinct()
            .count();
  }

  private static <T> List<T> present(T[] all, List<Result> results, Function<Result, T> of) {
    return Stream.of(all)
        .filter(t -> results.stream().anyMatch(r -> of.apply(r).equals(t)))
        .toList();
  }

  /**
   * All tables.
   *
   * @param writes what to show above the rates, a chart of those of writes
   * @param reads the same of reads
   */
  String text(String writes, String reads) {
    return String.format(
            Locale.ROOT,
            "%s entries of 16-byte keys and %s-byte values; medians of %s.%n%n",
            Quantity.count(size.num()),
            Quantity.count(size.valueBytes()),
            rounds)
        + "## Thousand operations in a second\n\n"
        + writes
        + reads
        + "\n"
        + rates()
        + "\n## What was aimed at\n\n"
        + aims()
        + "\n## One write of fillrandom, in µs\n\n"
        + latencies()
        + "\n## Bytes allocated on the heap by an operation\n\n"
        + table(workloads, workload -> Metric.ALLOCATED, Report::decimal)
        + "\n## On disk, in MB\n\n"
        + disk()
        + "\n## Memory besides the page cache, at most, in MB\n\n"
        + table(workloads, workload -> Metric.MEMORY, Report::megabytes);
  }

  private String rates() {
    MarkdownTable table = newTable("workload");
    for (Workload workload : workloads) {
      table.row(cells(workload.label(), workload, Metric.RATE, Report::thousands));
      addExtra(table, workload, Metric.SETTLED_RATE, workload.label() + " until settled");
      addExtra(table, workload, Metric.WRITER_RATE, workload.label() + ", the writer");
    }
    return table.text();
  }

  private void addExtra(MarkdownTable table, Workload workload, Metric metric, String label) {
    if (contenders.stream().anyMatch(c -> medians.of(c, workload, metric).isPresent())) {
      table.row(cells(label, workload, metric, Report::thousands));
    }
  }

  private String aims() {
    MarkdownTable table =
        new MarkdownTable(List.of("workload", "ratio of", "to", "measured", "aim", "reached"));
    for (Aim aim : Aim.ALL) {
      OptionalDouble ratio = medians.ratio(aim.ours(), aim.theirs());
      if (ratio.isPresent()) {
        double measured = ratio.getAsDouble();
        table.row(
            List.of(
                aim.what(),
                aim.ours().contender().title(),
                aim.theirs().contender().title(),
                String.format(Locale.ROOT, "%.2f", measured),
                (aim.atLeast() ? "≥ " : "≤ ") + shortest(aim.bound()),
                aim.isReachedBy(measured) ? "yes" : "no"));
      }
    }
    Limit.ALL.forEach(limit -> addLimit(table, limit));
    return table.text();
  }

  private void addLimit(MarkdownTable table, Limit limit) {
    OptionalDouble figure = medians.of(limit.figure());
    if (figure.isPresent()) {
      double shown = figure.getAsDouble() / limit.unit();
      table.row(
          List.of(
              limit.what(),
              limit.figure().contender().title(),
              NONE,
              decimal(shown),
              "≤ " + shortest(limit.bound()),
              limit.isKeptBy(shown) ? "yes" : "no"));
    }
  }

  /** Bars for the rates: of what writes, and of what only reads; of what there is. */
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
    return workloads.isEmpty();
  }

  /** Whether there are results of what only reads, or of what writes. */
  boolean has(boolean reads) {
    return !charted(reads).isEmpty();
  }

  private List<Workload> charted(boolean reads) {
    return workloads.stream().filter(workload -> workload.isRead() == reads).toList();
  }

  private List<String> labels(boolean reads) {
    return charted(reads).stream().map(Workload::label).toList();
  }

  private List<Charts.Series> series(boolean reads) {
    return contenders.stream()
        .map(
            contender ->
                new Charts.Series(
                    contender.title(),
                    contender.ordinal(),
                    charted(reads).stream()
                        .map(w -> medians.of(contender, w, Metric.RATE).orElse(Double.NaN))
                        .toList()))
        .toList();
  }

  private static String shortest(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }

  private String latencies() {
    MarkdownTable table = newTable("");
    table.row(cells("p50", Workload.FILLRANDOM, Metric.P50, Report::decimal));
    table.row(cells("p99", Workload.FILLRANDOM, Metric.P99, Report::decimal));
    table.row(cells("p99.9", Workload.FILLRANDOM, Metric.P999, Report::decimal));
    table.row(cells("longest", Workload.FILLRANDOM, Metric.MAX, Report::decimal));
    return table.text();
  }

  private String disk() {
    MarkdownTable table = newTable("");
    table.row(cells("after fillrandom", Workload.FILLRANDOM, Metric.DISK, Report::megabytes));
    table.row(cells("without journals", Workload.FILLRANDOM, Metric.TABLES, Report::megabytes));
    table.row(
        cells(
            "written by merges until then", Workload.FILLRANDOM, Metric.MERGED, Report::megabytes));
    table.row(cells("after overwrite", Workload.OVERWRITE, Metric.DISK, Report::megabytes));
    table.row(cells("without journals", Workload.OVERWRITE, Metric.TABLES, Report::megabytes));
    table.row(
        cells(
            "written by merges until then", Workload.OVERWRITE, Metric.MERGED, Report::megabytes));
    return table.text();
  }

  private String table(
      List<Workload> rows, Function<Workload, Metric> metric, DoubleFunction<String> format) {
    MarkdownTable table = newTable("workload");
    for (Workload workload : rows) {
      table.row(cells(workload.label(), workload, metric.apply(workload), format));
    }
    return table.text();
  }

  private MarkdownTable newTable(String corner) {
    return new MarkdownTable(
        Stream.concat(Stream.of(corner), contenders.stream().map(Contender::title)).toList());
  }

  private List<String> cells(
      String label, Workload workload, Metric metric, DoubleFunction<String> format) {
    List<String> cells = new ArrayList<>();
    cells.add(label);
    for (Contender contender : contenders) {
      OptionalDouble value = medians.of(contender, workload, metric);
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
