package dev.firn.cli.workload;

import dev.firn.cli.console.ProgressLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One workload, run once by all its threads. */
public final class WorkloadRun {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final long UNKNOWN = -1;

  private final Workload workload;
  private final WorkloadSettings settings;
  private final Expected expected;
  private final Function<EntryMemory, Client> clients;
  private final CountDownLatch start = new CountDownLatch(1);

  /**
   * A run of a workload.
   *
   * @param expected what the store holds, and will hold
   * @param clients makes the client of a thread, in that thread
   */
  public WorkloadRun(
      Workload workload,
      WorkloadSettings settings,
      Expected expected,
      Function<EntryMemory, Client> clients) {
    this.workload = workload;
    this.settings = settings;
    this.expected = expected;
    this.clients = clients;
  }

  /**
   * Runs the workload; the writer of readwhilewriting has a measurement of its own.
   *
   * @param plans one for each thread
   */
  public List<Measurement> run(List<Plan> plans, ProgressLine progress)
      throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    List<Worker> workers = new ArrayList<>();
    for (Plan plan : plans) {
      workers.add(worker(workload, plan, workers.size(), stop));
    }
    AtomicBoolean stopWriter = new AtomicBoolean();
    List<Worker> writers =
        workload == Workload.READWHILEWRITING
            ? List.of(worker(Workload.OVERWRITE, Plan.endless(), plans.size(), stopWriter))
            : List.of();
    long total =
        plans.stream().mapToLong(Plan::max).max().orElse(0) == Plan.ENDLESS
            ? UNKNOWN
            : plans.stream().mapToLong(Plan::max).sum();

    List<Thread> threads = workers.stream().map(w -> begin(w, "firn-bench")).toList();
    List<Thread> writing = writers.stream().map(w -> begin(w, "firn-bench-writer")).toList();
    start.countDown();
    join(threads, workers, progress, total);
    stopWriter.set(true);
    join(writing, writers, progress, UNKNOWN);

    List<Measurement> measurements = new ArrayList<>();
    measurements.add(Measurement.of(workload, workload.label(), settings, workers));
    if (!writers.isEmpty()) {
      measurements.add(Measurement.of(Workload.OVERWRITE, "  the writer", settings, writers));
    }
    return measurements;
  }

  private Worker worker(Workload does, Plan plan, int thread, AtomicBoolean stop) {
    return new Worker(
        plan,
        does.steps(plan),
        does.stretch(),
        () -> new ClientDriver(settings, expected, clients, plan, thread),
        start,
        stop);
  }

  private static Thread begin(Worker worker, String name) {
    return Thread.ofPlatform().name(name).start(worker);
  }

  private static void join(
      List<Thread> threads, List<Worker> workers, ProgressLine progress, long total)
      throws InterruptedException {
    for (Thread thread : threads) {
      while (!thread.join(POLL)) {
        progress.update(workers.stream().mapToLong(Worker::steps).sum(), total);
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
