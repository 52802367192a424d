package dev.firn.test.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The page of the documentation: method, tables, charts. It has parts, each between two marks. A
 * part without new results stays as it is when the page is written again, and so does the part
 * "limits", which is written by hand.
 */
final class BenchmarksPage {

  private static final String METHOD =
      """
      # Benchmarks

      `dev/compare` runs Firn and other stores on the same work and writes this page, except the
      section on limits; `dev/compare --help` describes the workloads. Machines and days differ:
      compare figures of one run only.

      * One small interface drives every store, from one thread unless the workload names a number,
        in a JVM of its own (`-Xmx4g --enable-native-access=ALL-UNNAMED`). Stores alternate.
      * Keys are 16 decimal digits; half of a value compresses away. Every value that is read is
        compared with what was written.
      * Except in *fillsync*, writes survive the death of the process only.
      * Each JVM first runs its workloads on a small store. A workload begins when earlier
        background work has ended; before the first read, the whole store is read twice.
      * The page cache is full when a JVM starts.
      * Firn has its default options. RocksDB 11.8.1 has 10-bit Bloom filters, a block cache of
        4 GiB, write buffers of 64 MiB, two background jobs, pipelined writes and direct buffers.
        LMDB (lmdbjava 0.9.3) has its fastest buffer proxy, `WRITEMAP`, `MAPASYNC` and `NOSYNC`
        when unsynced, a transaction for each write, `APPEND` for writes in order, and renewed
        read transactions.

      """;

  private final Path file;

  BenchmarksPage(Path file) {
    this.file = file;
  }

  /**
   * Writes the page and its charts.
   *
   * @param about the run of the report, in lines
   * @param aboutGrowth the run of the growth report, in lines
   */
  void write(List<String> about, Report report, List<String> aboutGrowth, GrowthReport growth)
      throws IOException {
    String page = Files.exists(file) ? Files.readString(file) : "";
    String compared = report.isEmpty() ? "" : compared(report);
    String grown = growth.isEmpty() ? "" : grown(aboutGrowth, growth);
    Files.writeString(
        file,
        METHOD
            + part(page, "run", String.join("\n", about))
            + part(page, "comparison", compared)
            + part(page, "growth", grown)
            + part(page, "limits", "").stripTrailing()
            + "\n");
  }

  private String compared(Report report) throws IOException {
    report.writeCharts(chart("writes"), chart("reads"));
    String charts =
        (report.has(false) ? image("writes", "Rates of writes") : "")
            + (report.has(true) ? image("reads", "Rates of reads") : "");
    return report.text(charts + "\n");
  }

  private String grown(List<String> about, GrowthReport growth) throws IOException {
    growth.writeCharts(chart("entries"), chart("values"));
    return "## Growth, in thousand operations a second\n\n"
        + String.join("\n", about.stream().limit(Machine.RUN_LINES).toList())
        + "\n"
        + growth.text()
        + "\n"
        + image("entries", "Rate by number of entries")
        + image("values", "Rate by length of values");
  }

  /** A part of the page: the new text, or what it was. */
  private static String part(String page, String name, String fresh) {
    String begin = "<!-- " + name + " -->\n";
    String end = "<!-- end of " + name + " -->\n";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end);
    String kept = page.contains(begin) && to >= from ? page.substring(from, to).strip() : "";
    return begin + (fresh.isEmpty() ? kept : fresh.strip()) + "\n" + end + "\n";
  }

  private Path chart(String name) {
    return file.resolveSibling("benchmarks-" + name + ".svg");
  }

  private String image(String name, String description) {
    return "![" + description + "](" + chart(name).getFileName() + ")\n";
  }
}
