package dev.firn.test.compare;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.console.ProgressLine;
import dev.firn.cli.workload.BenchValues;
import dev.firn.cli.workload.Expected;
import dev.firn.cli.workload.Measurement;
import dev.firn.cli.workload.Plan;
import dev.firn.cli.workload.WorkloadRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A stage: its trials one after the other on one store. A trial begins when the background work
 * that the opening of the store, or the previous trial, caused has ended.
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

  /** Runs the trials on a new store in a folder, which is deleted afterwards. */
  List<Result> run(Path folder) throws InterruptedException {
    create(folder);
    boolean synced = task.stage() == Stage.SYNCED;
    try (Arena arena = Arena.ofShared();
        StoreAdapter store = task.contender().open(folder, synced, settings)) {
      Expected expected =
          new Expected(new BenchValues(settings.valueBytes(), settings.seed(), arena));
      store.settle();
      boolean filled = false;
      for (Trial trial : task.trials()) {
        if (filled && trial.isRead()) {
          readAll(expected, store);
          filled = false;
        }
        runIfSupported(trial, expected, store);
        filled |= trial.isFill();
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
   * Reads the whole store, waits for the background work that this may cause, and reads it again:
   * no measured read has to load or verify what it finds.
   */
  private void readAll(Expected expected, StoreAdapter store) throws InterruptedException {
    readOnce(expected, store);
    store.settle();
    readOnce(expected, store);
  }

  private void readOnce(Expected expected, StoreAdapter store) throws InterruptedException {
    Plan plan = new Plan(0, 1, settings.num(), settings.num(), 0, Plan.Timing.NONE);
    run(Trial.READSEQ, List.of(plan), "once through", expected, store);
  }

  private void runIfSupported(Trial trial, Expected expected, StoreAdapter store)
      throws InterruptedException {
    try {
      results.add(run(trial, expected, store));
    } catch (UnsupportedOperationException e) {
      console.err().println(task.contender().label() + " cannot " + trial.label() + ": " + e);
    }
  }

  private List<Measurement> run(
      Trial trial, List<Plan> plans, String label, Expected expected, StoreAdapter store)
      throws InterruptedException {
    try (ProgressLine progress = ProgressLine.of(console, task.label() + " " + label)) {
      return new WorkloadRun(trial.workload(), trial.settings(settings), expected, store::client)
          .run(plans, progress);
    }
  }

  private Result run(Trial trial, Expected expected, StoreAdapter store)
      throws InterruptedException {
    if (trial == Trial.OVERWRITE || trial == Trial.READWHILEWRITING) {
      expected.beginGeneration();
    }
    memory.takePeak();
    List<Measurement> measured = run(trial, trial.plans(settings), trial.label(), expected, store);
    Map<Metric, Double> metrics = metrics(measured);
    settle(trial, measured.getFirst(), store, metrics);
    if (trial == Trial.OVERWRITE) {
      expected.endGeneration();
    }
    metrics.put(Metric.MEMORY, (double) memory.takePeak());
    return new Result(
        task.contender(), task.round(), settings.num(), settings.valueBytes(), trial, metrics);
  }

  private static Map<Metric, Double> metrics(List<Measurement> measured) {
    Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
    Measurement threads = measured.getFirst();
    metrics.put(Metric.RATE, threads.operationsPerSecond());
    metrics.put(Metric.ALLOCATED, threads.allocatedPerOperation());
    if (measured.size() > 1) {
      metrics.put(Metric.WRITER_RATE, measured.getLast().operationsPerSecond());
    }
    Histogram latencies = threads.latencies();
    if (latencies.getTotalCount() > 0) {
      metrics.put(Metric.P50, latencies.getValueAtPercentile(50) / NANOS_PER_MICRO);
      metrics.put(Metric.P99, latencies.getValueAtPercentile(99) / NANOS_PER_MICRO);
      metrics.put(Metric.P999, latencies.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
      metrics.put(Metric.MAX, latencies.getMaxValue() / NANOS_PER_MICRO);
    }
    return metrics;
  }

  /** Waits for the background; after a trial that wrote everything, that is measured too. */
  private static void settle(
      Trial trial, Measurement measured, StoreAdapter store, Map<Metric, Double> metrics)
      throws InterruptedException {
    if (trial == Trial.READWHILEWRITING) {
      store.settle();
    } else if (trial.writesAll()) {
      long began = System.nanoTime();
      double seconds = (store.settle() - began) / 1e9;
      metrics.put(Metric.SETTLED_RATE, measured.operations() / (measured.seconds() + seconds));
      long written = store.tableBytesWritten();
      if (written != StoreAdapter.UNKNOWN) {
        metrics.put(Metric.TABLES_WRITTEN, (double) written);
      }
      metrics.put(Metric.DISK, (double) store.diskBytes());
      metrics.put(Metric.TABLES, (double) store.tableBytes());
    }
  }
}
