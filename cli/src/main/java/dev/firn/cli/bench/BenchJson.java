package dev.firn.cli.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.firn.cli.console.Output;
import dev.firn.cli.text.JsonText;
import dev.firn.cli.workload.Measurement;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.HdrHistogram.Histogram;

/** The results for machines: one JSON object on each line. */
final class BenchJson implements BenchReport {

  private final Output out;
  private final BenchSettings settings;

  BenchJson(Output out, BenchSettings settings) {
    this.out = out;
    this.settings = settings;
  }

  @Override
  public void begin(String description) {}

  @Override
  public void add(Measurement m, Aftermath after) {
    try (JsonGenerator g = JsonText.FACTORY.createGenerator(out)) {
      g.writeStartObject();
      g.writeStringField("workload", m.label().strip());
      g.writeNumberField("num", settings.workload().num());
      g.writeNumberField("valueBytes", settings.workload().valueBytes());
      g.writeNumberField("threads", m.threads());
      g.writeStringField("compression", settings.compression().name());
      g.writeNumberField("operations", m.operations());
      g.writeNumberField("nanos", m.nanos());
      g.writeNumberField("operationsPerSecond", rounded(m.operationsPerSecond()));
      g.writeNumberField("megabytesPerSecond", rounded(m.megabytesPerSecond()));
      writeLatencies(g, m.latencies());
      g.writeNumberField("heapBytesPerOperation", rounded(m.allocatedPerOperation()));
      g.writeNumberField("settledNanos", after.settledNanos());
      g.writeNumberField("tableBytes", after.stats().tables().bytes());
      g.writeNumberField("journalBytes", after.stats().journal().fileBytes());
      g.writeNumberField("writeAmplification", rounded(after.writeAmplification()));
      g.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.write('\n');
    out.flush();
  }

  private static void writeLatencies(JsonGenerator g, Histogram latencies) throws IOException {
    g.writeNumberField("p50Nanos", latencies.getValueAtPercentile(50));
    g.writeNumberField("p99Nanos", latencies.getValueAtPercentile(99));
    g.writeNumberField("p999Nanos", latencies.getValueAtPercentile(99.9));
    g.writeNumberField("maxNanos", latencies.getMaxValue());
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
