package dev.firn.cli;

import dev.firn.cli.console.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Names and values in two columns. */
final class Rows {

  private final List<String[]> rows = new ArrayList<>();

  /** Adds a row. */
  Rows add(String name, String value) {
    rows.add(new String[] {name, value});
    return this;
  }

  /** Prints the rows; the second column begins after the longest name. */
  void print(Output out) {
    int width = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
    for (String[] row : rows) {
      out.line(String.format(Locale.ROOT, "%-" + width + "s  %s", row[0], row[1]));
    }
  }
}
