package dev.firn.test.compare;

import dev.firn.cli.console.ProgressLine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One workload, run once by all its threads. */
final class WorkloadRun {

  private static final Duration POLL = Duration.ofMillis(50);

  private final Workload workload;
  private final Settings settings;
  private final Expected expected;
  private final StoreAdapter peer;
  private final CountDownLatch start = new CountDownLatch(1);

  WorkloadRun(Workload workload, Settings settings, Expected expected, StoreAdapter peer) {
    this.workload = workload;
    this.settings = settings;
    this.expected = expected;
    this.peer = peer;
  }

  /**
   * What the workload's threads did.
   *
   * @param writer the one that wrote while others read, if any
   */
  record Outcome(List<Worker> workers, @Nullable Worker writer) {}

  Outcome run(ProgressLine progress) throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicBoolean stopWriter = new AtomicBoolean();
    List<Worker> workers =
        IntStream.range(0, workload.threads()).mapToObj(i -> worker(i, stop)).toList();
    Worker writer = workload == Workload.READWHILEWRITING ? writer(stopWriter) : null;

    List<Thread> threads = workers.stream().map(WorkloadRun::begin).toList();
    Thread writing = writer == null ? null : begin(writer);
    start.countDown();
    for (Thread thread : threads) {
      join(thread, workers, progress);
    }
    stopWriter.set(true);
    if (writing != null && writer != null) {
      join(writing, List.of(writer), progress);
    }
    return new Outcome(workers, writer);
  }

  private Worker worker(int thread, AtomicBoolean stop) {
    Worker.Plan plan =
        new Worker.Plan(
            workload.steps(),
            settings.num() * thread / workload.threads(),
            workload.minSteps(settings),
            workload.maxSteps(settings),
            workload.nanos(settings),
            workload.stride());
    return new Worker(plan, () -> driver(thread), start, stop);
  }

  private Worker writer(AtomicBoolean stop) {
    Worker.Plan plan =
        new Worker.Plan(Writes::around, 0, Long.MAX_VALUE, Long.MAX_VALUE, 0, workload.stride());
    return new Worker(plan, () -> driver(1), start, stop);
  }

  private Driver driver(int thread) {
    return new Driver(settings, expected, peer, thread);
  }

  private static Thread begin(Worker worker) {
    return Thread.ofPlatform().name("compare-worker").start(worker);
  }

  private void join(Thread thread, List<Worker> workers, ProgressLine progress)
      throws InterruptedException {
    while (!thread.join(POLL)) {
      show(workers, progress);
    }
    for (Worker worker : workers) {
      rethrow(worker.failure());
    }
  }

  private void show(List<Worker> workers, ProgressLine progress) {
    long done = workers.stream().mapToLong(Worker::steps).sum();
    long most = workload.maxSteps(settings);
    progress.update(done, most == Long.MAX_VALUE ? -1 : most);
  }

  private static void rethrow(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(failure);
    }
  }

  /** How long the slowest of some workers took. */
  static double seconds(List<Worker> workers) {
    long nanos = workers.stream().mapToLong(Worker::nanos).max().orElse(1);
    return (double) nanos / TimeUnit.SECONDS.toNanos(1);
  }
}
