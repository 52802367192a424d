package dev.firn.test.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** How rates change with the number of entries and the length of values. */
final class GrowthReport {

  /** What is measured unless something else is asked for. */
  static final Set<Workload> WORKLOADS =
      EnumSet.of(Workload.FILLRANDOM, Workload.READRANDOM, Workload.READSEQ, Workload.SEEK10);

  private final List<Result> results;
  private final List<Workload> workloads;

  GrowthReport(List<Result> results) {
    this.results = results;
    this.workloads =
        Stream.of(Workload.values())
            .filter(workload -> results.stream().anyMatch(r -> r.workload().equals(workload)))
            .toList();
  }

  boolean isEmpty() {
    return results.isEmpty();
  }

  /** Tables, a pair for each contender. */
  String text() {
    StringBuilder text = new StringBuilder("## How cost grows, in thousand operations a second\n");
    for (Contender contender : Contender.values()) {
      if (results.stream().anyMatch(result -> result.contender().equals(contender))) {
        text.append("\n").append(contender.title()).append(", values of 100 bytes:\n\n");
        text.append(table("entries", contender, Size.ENTRIES, Size::entriesLabel));
        text.append("\n").append(contender.title()).append(", about a gigabyte of entries:\n\n");
        text.append(table("values of", contender, Size.VALUES, Size::valueLabel));
      }
    }
    return text.toString();
  }

  private String table(
      String corner, Contender contender, List<Size> sizes, Function<Size, String> label) {
    MarkdownTable table =
        new MarkdownTable(
            Stream.concat(Stream.of(corner), workloads.stream().map(Workload::label)).toList());
    for (Size size : sizes) {
      List<String> cells = new ArrayList<>(List.of(label.apply(size)));
      for (Workload workload : workloads) {
        double rate = rate(contender, workload, size);
        cells.add(Double.isNaN(rate) ? "" : Report.thousands(rate));
      }
      table.row(cells);
    }
    return table.text();
  }

  /** Charts of Firn's rates, one line for each workload. */
  void writeCharts(Path entries, Path values) throws IOException {
    Charts.lines(
        entries,
        "Firn: rate by number of entries (values of 100 bytes)",
        Size.ENTRIES.stream().map(Size::entriesLabel).toList(),
        series(Size.ENTRIES));
    Charts.lines(
        values,
        "Firn: rate by length of values (about a gigabyte in all)",
        Size.VALUES.stream().map(Size::valueLabel).toList(),
        series(Size.VALUES));
  }

  private List<Charts.Series> series(List<Size> sizes) {
    return workloads.stream()
        .map(
            workload ->
                new Charts.Series(
                    workload.label(),
                    workloads.indexOf(workload),
                    sizes.stream().map(size -> rate(Contender.FIRN, workload, size)).toList()))
        .toList();
  }

  private double rate(Contender contender, Workload workload, Size size) {
    List<Result> about = results.stream().filter(r -> Size.of(r).equals(size)).toList();
    return new Medians(about).of(contender, workload, Metric.RATE).orElse(Double.NaN);
  }
}
