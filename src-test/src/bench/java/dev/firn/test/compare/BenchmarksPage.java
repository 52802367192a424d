package dev.firn.test.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The page of the documentation: what was measured and how, charts, tables. It has parts, each
 * between two marks. A part for which there is nothing new stays as it is when the page is written
 * again: what people wrote, and what was measured in another checkout.
 */
final class BenchmarksPage {

  private static final String INTRODUCTION =
      """
      # Benchmarks

      Written by `dev/compare`, which runs Firn and other stores on the same work; `--help`
      says what a workload does. Only ratios within one run mean anything: rates drift, and
      machines differ.

      * Every store is driven through one small interface, from one thread unless said otherwise,
        in a JVM of its own with the same flags (`-Xmx4g --enable-native-access=ALL-UNNAMED`).
        Rounds and stores take turns.
      * Keys are 16 decimal digits; half of a value compresses away. Every value that is read is
        compared with what was written, byte for byte, which is part of what is measured.
      * Writes survive the death of the process, but not that of the machine, unless the name of
        the workload says *sync*. (H2 keeps the last second of writes in memory.)
      * Each JVM first runs its workloads on a store of up to 2,000,000 entries, which does not
        count. A workload begins when what the opening of the store, or the workload before it,
        set off in the background has ended; before the first read the whole store is read, what
        that set off has ended, and it is read again, uncounted.
      * Before a JVM starts, free memory is filled with pages of the page cache that nobody
        needs, as on a machine that has been running: the first touch of memory that a virtual
        machine gave back to its host would cost more than what is measured.
      * Firn has its default options. RocksDB has what one would set for this machine: 10-bit
        Bloom filters, a block cache of 4 GiB, write buffers of 64 MiB, two background jobs,
        pipelined writes, direct buffers. LMDB has its fastest buffer proxy, `WRITEMAP`,
        `MAPASYNC` and `NOSYNC` when unsynced, one transaction a write, `APPEND` for writes in
        order, and read transactions that are reset and renewed. Versions: rocksdbjni 11.8.1,
        lmdbjava 0.9.3, iq80 leveldb 0.12, H2 MVStore 2.4.240.

      """;

  private final Path file;

  BenchmarksPage(Path file) {
    this.file = file;
  }

  /** Writes the page and its charts. */
  void write(List<String> about, Report report, GrowthReport growth) throws IOException {
    String page = Files.exists(file) ? Files.readString(file) : "";
    String compared = report.isEmpty() ? "" : compared(report);
    String grown = growth.isEmpty() ? "" : grown(growth);
    Files.writeString(
        file,
        INTRODUCTION
            + part(page, "machine", String.join("\n", about))
            + part(page, "notes", "")
            + part(page, "comparison", compared)
            + part(page, "growth", grown));
  }

  private String compared(Report report) throws IOException {
    report.writeCharts(chart("writes"), chart("reads"));
    return report.text(
        report.has(false) ? image("writes", "Rates of writes") : "",
        report.has(true) ? image("reads", "Rates of reads") : "");
  }

  private String grown(GrowthReport growth) throws IOException {
    growth.writeCharts(chart("entries"), chart("values"));
    return growth.text()
        + "\n"
        + image("entries", "Rate by number of entries")
        + image("values", "Rate by length of values");
  }

  /** A part of the page: what is new, or what it was. */
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
