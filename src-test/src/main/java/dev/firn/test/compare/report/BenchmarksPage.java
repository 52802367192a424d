package dev.firn.test.compare.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the results write into the documents: a page of their own, and a table in another. */
public final class BenchmarksPage {

  private static final String BEGIN = "<!-- figures: made by dev/compare -->\n";
  private static final String END = "<!-- end of figures -->\n";

  private BenchmarksPage() {}

  /**
   * Writes the page of all results.
   *
   * @param about the run, in lines
   */
  public static void write(Path page, List<String> about, Comparison comparison)
      throws IOException {
    Files.writeString(page, text(about, comparison));
  }

  static String text(List<String> about, Comparison comparison) {
    return """
    # Benchmarks

    Made by `dev/compare --profile=users --rounds=3 --publish`; `dev/compare --help` says how it
    measures. Medians of rounds. The last columns: how many times better Firn is, with the
    least and the most of the rounds. Figures of different runs do not compare.

    """
        + String.join("\n", about)
        + "\n\n"
        + comparison.table();
  }

  /** Replaces the figures of a document, which are between two marks. */
  public static void replaceFigures(Path document, String table) throws IOException {
    Files.writeString(document, replaced(Files.readString(document), "\n" + table + "\n"));
  }

  static String replaced(String text, String table) {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("no marks of figures: " + BEGIN.strip());
    }
    return text.substring(0, begin + BEGIN.length()) + table + text.substring(end);
  }
}
