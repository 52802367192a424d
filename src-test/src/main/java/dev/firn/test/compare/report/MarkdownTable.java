package dev.firn.test.compare.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table, aligned as text too: its first columns to the left, numbers to the right. */
final class MarkdownTable {

  private final List<List<String>> rows = new ArrayList<>();

  private final int names;

  /**
   * A table.
   *
   * @param names count of the columns that are aligned to the left
   */
  MarkdownTable(List<String> head, int names) {
    this.names = names;
    rows.add(head);
  }

  void row(List<String> cells) {
    rows.add(cells);
  }

  String text() {
    List<Integer> widths =
        IntStream.range(0, rows.get(0).size())
            .mapToObj(column -> rows.stream().mapToInt(row -> row.get(column).length()).max())
            .map(width -> Math.max(2, width.orElse(0)))
            .toList();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      text.append(line(rows.get(i), widths));
      if (i == 0) {
        text.append(rule(widths));
      }
    }
    return text.toString();
  }

  private String line(List<String> cells, List<Integer> widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> pad(cells.get(i), widths.get(i), i < names))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String pad(String cell, int width, boolean left) {
    String space = " ".repeat(width - cell.length());
    return left ? cell + space : space + cell;
  }

  private String rule(List<Integer> widths) {
    return IntStream.range(0, widths.size())
        .mapToObj(i -> "-".repeat(widths.get(i) + (i < names ? 2 : 1)) + (i < names ? "" : ":"))
        .collect(Collectors.joining("|", "|", "|\n"));
  }
}
