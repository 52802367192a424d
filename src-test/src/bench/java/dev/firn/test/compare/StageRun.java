package dev.firn.test.compare;

import dev.firn.cli.bench.BenchValues;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.console.ProgressLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A stage: its workloads one after the other on one store, each after what came before, the opening
 * of a new store or another workload, has settled.
 */
final class StageRun {

  private static final double NANOS_PER_MICRO = 1000;

  private final Task task;
  private final Settings settings;
  private final Console console;
  private final ProcessMemory memory;
  private final List<Result> results = new ArrayList<>();

  StageRun(Task task, Settings settings, Console console, ProcessMemory memory) {
    this.task = task;
    this.settings = settings;
    this.console = console;
    this.memory = memory;
  }

  /** Runs the workloads on a new store in a folder, which is deleted afterwards. */
  List<Result> run(Path folder) throws InterruptedException {
    create(folder);
    boolean synced = task.stage() == Stage.SYNCED;
    try (Arena arena = Arena.ofShared();
        StoreAdapter peer = task.contender().open(folder, synced, settings)) {
      Expected expected =
          new Expected(new BenchValues(settings.valueBytes(), settings.seed(), arena));
      peer.settle();
      boolean filled = false;
      for (Workload workload : task.workloads()) {
        if (filled && workload.isRead()) {
          readAll(expected, peer);
          filled = false;
        }
        runIfSupported(workload, expected, peer);
        filled |= workload.isFill();
      }
    }
    LocalFiles.deleteTree(folder);
    return results;
  }

  private static void create(Path folder) {
    LocalFiles.deleteTree(folder);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the whole store, waits for what that may set off in the background, and reads it again:
   * so that no read has to fetch or verify what it finds first.
   */
  private void readAll(Expected expected, StoreAdapter peer) throws InterruptedException {
    readOnce(expected, peer);
    peer.settle();
    readOnce(expected, peer);
  }

  private void readOnce(Expected expected, StoreAdapter peer) throws InterruptedException {
    try (ProgressLine progress = ProgressLine.of(console, task.label() + " once through")) {
      new WorkloadRun(Workload.READSEQ, settings.withSeconds(0), expected, peer).run(progress);
    }
  }

  private void runIfSupported(Workload workload, Expected expected, StoreAdapter peer)
      throws InterruptedException {
    try {
      results.add(run(workload, expected, peer));
    } catch (UnsupportedOperationException e) {
      console.err().println(task.contender().label() + " cannot " + workload.label() + ": " + e);
    }
  }

  private Result run(Workload workload, Expected expected, StoreAdapter peer)
      throws InterruptedException {
    if (workload == Workload.OVERWRITE || workload == Workload.READWHILEWRITING) {
      expected.beginGeneration();
    }
    memory.takePeak();
    Map<Metric, Double> metrics;
    try (ProgressLine progress = ProgressLine.of(console, task.label() + " " + workload.label())) {
      WorkloadRun.Outcome outcome =
          new WorkloadRun(workload, settings, expected, peer).run(progress);
      metrics = measured(outcome);
      settle(workload, outcome.workers(), peer, metrics);
    }
    if (workload == Workload.OVERWRITE) {
      expected.endGeneration();
    }
    metrics.put(Metric.MEMORY, (double) memory.takePeak());
    return new Result(
        task.contender(), task.round(), settings.num(), settings.valueBytes(), workload, metrics);
  }

  private static Map<Metric, Double> measured(WorkloadRun.Outcome outcome) {
    Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
    List<Worker> workers = outcome.workers();
    double steps = workers.stream().mapToLong(Worker::steps).sum();
    metrics.put(Metric.RATE, steps / WorkloadRun.seconds(workers));
    double allocated = workers.stream().mapToLong(Worker::allocatedBytes).sum();
    metrics.put(Metric.ALLOCATED, allocated / steps);
    Worker writer = outcome.writer();
    if (writer != null) {
      metrics.put(Metric.WRITER_RATE, writer.stepsPerSecond());
    }
    putLatencies(workers.get(0).latencies(), metrics);
    return metrics;
  }

  private static void putLatencies(@Nullable Histogram latencies, Map<Metric, Double> metrics) {
    if (latencies != null && latencies.getTotalCount() > 0) {
      metrics.put(Metric.P50, latencies.getValueAtPercentile(50) / NANOS_PER_MICRO);
      metrics.put(Metric.P99, latencies.getValueAtPercentile(99) / NANOS_PER_MICRO);
      metrics.put(Metric.P999, latencies.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
      metrics.put(Metric.MAX, latencies.getMaxValue() / NANOS_PER_MICRO);
    }
  }

  /** Waits for the background; after a workload that wrote everything, that is measured too. */
  private static void settle(
      Workload workload, List<Worker> workers, StoreAdapter peer, Map<Metric, Double> metrics)
      throws InterruptedException {
    if (workload == Workload.READWHILEWRITING) {
      peer.settle();
    } else if (workload.kind() == Workload.Kind.WRITE_ALL) {
      long began = System.nanoTime();
      double seconds = (peer.settle() - began) / 1e9;
      double steps = workers.stream().mapToLong(Worker::steps).sum();
      metrics.put(Metric.SETTLED_RATE, steps / (WorkloadRun.seconds(workers) + seconds));
      known(peer.mergedBytes()).ifPresent(bytes -> metrics.put(Metric.MERGED, bytes));
      metrics.put(Metric.DISK, (double) peer.diskBytes());
      metrics.put(Metric.TABLES, (double) peer.tableBytes());
    }
  }

  private static OptionalDouble known(long bytes) {
    return bytes == StoreAdapter.UNKNOWN ? OptionalDouble.empty() : OptionalDouble.of(bytes);
  }
}
