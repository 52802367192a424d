package dev.firn.cli.bench;

import dev.firn.cli.console.Output;
import dev.firn.cli.console.Quantity;
import dev.firn.cli.workload.Measurement;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The results as aligned rows, each printed at once. */
final class BenchTable implements BenchReport {

  private static final String FORMAT = "%-17s%11s%8s%9s%11s%11s%9s%10s%8s%8s%9s%9s%7s";

  private final Output out;

  BenchTable(Output out) {
    this.out = out;
  }

  @Override
  public void begin(String description) {
    description.lines().forEach(line -> out.line("# " + line));
    out.line("");
    row(
        "", "", "", "p50", "p99", "p99.9", "max", "heap", "", "settled", "tables", "journal",
        "write");
    row(
        "workload",
        "ops/s",
        "MB/s",
        "µs",
        "µs",
        "µs",
        "ms",
        "B/op",
        "s",
        "after s",
        "MB",
        "MB",
        "amp");
    out.flush();
  }

  @Override
  public void add(Measurement m, Aftermath after) {
    Histogram latencies = m.latencies();
    row(
        m.label(),
        Quantity.count(Math.round(m.operationsPerSecond())),
        decimals(m.megabytesPerSecond(), 1),
        micros(latencies.getValueAtPercentile(50)),
        micros(latencies.getValueAtPercentile(99)),
        micros(latencies.getValueAtPercentile(99.9)),
        decimals(latencies.getMaxValue() / 1e6, 2),
        decimals(m.allocatedPerOperation(), 1),
        decimals(m.nanos() / 1e9, 2),
        decimals(after.settledNanos() / 1e9, 2),
        decimals(after.stats().tables().bytes() / 1e6, 1),
        decimals(after.stats().journal().fileBytes() / 1e6, 1),
        decimals(after.writeAmplification(), 2));
    out.flush();
  }

  private void row(Object... cells) {
    out.line(String.format(Locale.ROOT, FORMAT, cells));
  }

  private static String micros(long nanos) {
    return decimals(nanos / 1e3, nanos < 100_000 ? 2 : 0);
  }

  private static String decimals(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
