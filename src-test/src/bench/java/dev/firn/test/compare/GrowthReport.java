package dev.firn.test.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** How rates change with the entry count and with the length of values. */
final class GrowthReport {

  /** The trials, unless others are asked for. */
  static final Set<Trial> TRIALS =
      EnumSet.of(Trial.FILLRANDOM, Trial.READRANDOM, Trial.READSEQ, Trial.SEEK10);

  private final List<Result> results;
  private final List<Trial> trials;

  GrowthReport(List<Result> results) {
    this.results = results;
    this.trials =
        Stream.of(Trial.values())
            .filter(trial -> results.stream().anyMatch(r -> r.trial() == trial))
            .toList();
  }

  boolean isEmpty() {
    return results.isEmpty();
  }

  /** Tables for each contender. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Contender contender : Contender.values()) {
      text.append(table(", values of 100 bytes", contender, Size.ENTRIES, Size::entriesLabel));
      text.append(table(", a gigabyte of entries", contender, Size.VALUES, Size::valueLabel));
    }
    return text.toString();
  }

  /** The rates of a contender; nothing if it was measured with fewer than two of the sizes. */
  private String table(
      String title, Contender contender, List<Size> sizes, Function<Size, String> label) {
    MarkdownTable table =
        new MarkdownTable(Stream.concat(Stream.of(""), trials.stream().map(Trial::label)).toList());
    int rows = 0;
    for (Size size : sizes) {
      List<String> cells = new ArrayList<>(List.of(label.apply(size)));
      for (Trial trial : trials) {
        double rate = rate(contender, trial, size);
        cells.add(Double.isNaN(rate) ? "" : Report.thousands(rate));
      }
      if (cells.stream().skip(1).anyMatch(cell -> !cell.isEmpty())) {
        table.row(cells);
        rows++;
      }
    }
    return rows < 2 ? "" : "\n" + contender.title() + title + ":\n\n" + table.text();
  }

  /** Writes charts of Firn's rates, one line for each trial. */
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
    return trials.stream()
        .map(
            trial ->
                new Charts.Series(
                    trial.label(),
                    trials.indexOf(trial),
                    sizes.stream().map(size -> rate(Contender.FIRN, trial, size)).toList()))
        .toList();
  }

  private double rate(Contender contender, Trial trial, Size size) {
    List<Result> about = results.stream().filter(r -> Size.of(r).equals(size)).toList();
    return new Medians(about).of(contender, trial, Metric.RATE).orElse(Double.NaN);
  }
}
