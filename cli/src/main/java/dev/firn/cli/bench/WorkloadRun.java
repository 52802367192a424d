package dev.firn.cli.bench;

import dev.firn.cli.bench.Worker.Share;
import dev.firn.cli.console.ProgressLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One workload, run once by all its threads. */
final class WorkloadRun {

  private static final long POLL_MILLIS = 50;

  private final Workload workload;
  private final BenchSettings settings;
  private final BenchData data;
  private final BenchValues values;
  private final CountDownLatch start = new CountDownLatch(1);

  WorkloadRun(Workload workload, BenchSettings settings, BenchData data, BenchValues values) {
    this.workload = workload;
    this.settings = settings;
    this.data = data;
    this.values = values;
  }

  /** Runs the workload; the writer of readwhilewriting has a measurement of its own. */
  List<Measurement> run(ProgressLine progress) throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    List<Worker> workers =
        IntStream.range(0, settings.threads())
            .mapToObj(thread -> worker(thread, workload.operation(), share(thread), stop))
            .toList();
    AtomicBoolean stopWriter = new AtomicBoolean();
    List<Worker> writers =
        workload == Workload.READWHILEWRITING
            ? List.of(worker(settings.threads(), Steps::putAround, endless(), stopWriter))
            : List.of();

    List<Thread> threads = workers.stream().map(w -> begin(w, "firn-bench")).toList();
    List<Thread> writing = writers.stream().map(w -> begin(w, "firn-bench-writer")).toList();
    long began = System.nanoTime();
    start.countDown();
    join(threads, workers, progress);
    stopWriter.set(true);
    join(writing, writers, progress);

    List<Measurement> measurements = new ArrayList<>();
    measurements.add(Measurement.of(workload, workload.label(), settings, began, workers));
    if (!writers.isEmpty()) {
      measurements.add(
          Measurement.of(Workload.OVERWRITE, "  the writer", settings, began, writers));
    }
    return measurements;
  }

  private Worker worker(int thread, Operation operation, Share share, AtomicBoolean stop) {
    Duration limit = settings.limit();
    return new Worker(
        operation,
        share,
        workload.kind() == Workload.Kind.SCAN,
        limit == null ? Long.MAX_VALUE / 2 : limit.toNanos(),
        start,
        stop,
        () -> new Session(settings, data, values, thread));
  }

  /** Walks go over neighbours, everything else takes turns. */
  private Share share(int thread) {
    long steps = workload.steps(settings);
    int threads = settings.threads();
    return workload.kind() == Workload.Kind.SCAN
        ? new Share(steps * thread / threads, steps * (thread + 1) / threads, 1)
        : new Share(thread, steps, threads);
  }

  private static Share endless() {
    return new Share(0, Long.MAX_VALUE, 1);
  }

  private static Thread begin(Worker worker, String name) {
    return Thread.ofPlatform().name(name).start(worker);
  }

  private void join(List<Thread> threads, List<Worker> workers, ProgressLine progress)
      throws InterruptedException {
    for (Thread thread : threads) {
      while (!thread.join(Duration.ofMillis(POLL_MILLIS))) {
        long done = workers.stream().mapToLong(Worker::progress).sum();
        progress.update(done, workload.steps(settings));
      }
    }
    for (Worker worker : workers) {
      rethrow(worker.failure());
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(failure);
    }
  }
}
