package dev.firn.test.compare.workload;

import dev.firn.cli.workload.BenchKey;
import dev.firn.cli.workload.BenchValues;
import dev.firn.cli.workload.Expected;
import dev.firn.test.compare.report.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * A stage: its workloads one after the other on a new store. The background work of those that
 * {@linkplain Workload#settles settle} has ended when the next begins.
 */
public final class StageRun {

  private static final double NANOS_PER_MICRO = 1000;

  private final Stage stage;
  private final double duration;
  private final Function<StoreSettings, StoreAdapter> stores;
  private final Consumer<String> progress;

  /**
   * A run.
   *
   * @param duration of timed workloads, in seconds
   * @param stores opens the store
   * @param progress is told the label of the workload that begins
   */
  public StageRun(
      Stage stage,
      double duration,
      Function<StoreSettings, StoreAdapter> stores,
      Consumer<String> progress) {
    this.stage = stage;
    this.duration = duration;
    this.stores = stores;
    this.progress = progress;
  }

  /** What was measured in a workload, and which of it is shown. */
  public record Outcome(Workload workload, Map<Metric, Double> metrics) {}

  /**
   * Runs the wanted workloads that the store can do, and those that they need.
   *
   * @param folder an empty one
   * @return by label, in order
   */
  public Map<String, Outcome> run(Collection<String> wanted, Path folder)
      throws InterruptedException {
    StageSize size = stage.size();
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    StoreSettings settings =
        new StoreSettings(
            folder, stage.synced(), size.bytes(), size.valueBytes(), stage.memoryBytes());
    try (Arena arena = Arena.ofShared();
        StoreAdapter store = stores.apply(settings)) {
      Expected expected = new Expected(new BenchValues(size.valueBytes(), size.seed(), arena));
      for (Workload workload : stage.workloads(wanted)) {
        try (CheckedClient client = client(store, expected, 0)) {
          if (!workload.suits(client)) {
            continue;
          }
        }
        progress.accept(stage.label(workload));
        Map<Metric, Double> metrics = run(workload, store, expected, folder);
        if (workload.isMeasured()) {
          outcomes.put(stage.label(workload), new Outcome(workload, metrics));
        }
      }
    }
    return outcomes;
  }

  private Map<Metric, Double> run(
      Workload workload, StoreAdapter store, Expected expected, Path folder)
      throws InterruptedException {
    DeviceBytes before = DeviceBytes.now();
    Measurement measured =
        Measurement.of(workload, thread -> client(store, expected, thread), expected, duration);
    long ended = System.nanoTime();
    DeviceBytes then = DeviceBytes.now();
    Map<Metric, Double> metrics = metrics(measured);
    metrics.put(Metric.DEVICE_READ, (double) (then.read() - before.read()) / measured.operations());
    if (workload.settles()) {
      double settling = Math.max(0, (store.settle() - ended) / 1e9);
      double userBytes = (double) measured.operations() * entryBytes();
      metrics.put(Metric.SETTLED, measured.operations() / (measured.seconds() + settling));
      metrics.put(Metric.WRITTEN, (DeviceBytes.now().written() - before.written()) / userBytes);
      metrics.put(Metric.SPACE, DeviceBytes.ofFolder(folder) / userBytes);
    }
    try (CheckedClient client = client(store, expected, 0)) {
      workload.after(client);
    }
    workload.addTo(metrics);
    return metrics;
  }

  private CheckedClient client(StoreAdapter store, Expected expected, int thread) {
    StageSize size = stage.size();
    return new CheckedClient(store::client, expected, size.valueBytes(), size.seed() + thread);
  }

  private long entryBytes() {
    return BenchKey.BYTES + (long) stage.size().valueBytes();
  }

  private static Map<Metric, Double> metrics(Measurement measured) {
    Histogram latencies = measured.latencies();
    Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
    metrics.put(Metric.RATE, measured.rate());
    if (measured.beside() > 0) {
      metrics.put(Metric.BESIDE, measured.beside());
    }
    metrics.put(Metric.P50, latencies.getValueAtPercentile(50) / NANOS_PER_MICRO);
    metrics.put(Metric.P99, latencies.getValueAtPercentile(99) / NANOS_PER_MICRO);
    metrics.put(Metric.P999, latencies.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
    metrics.put(Metric.LONGEST, latencies.getMaxValue() / NANOS_PER_MICRO);
    metrics.put(Metric.GARBAGE, (double) measured.garbage() / measured.operations());
    return metrics;
  }
}
