package dev.firn.test.compare.workload;

import com.sun.management.ThreadMXBean;
import dev.firn.cli.workload.Expected;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of a workload measured together.
 *
 * @param nanos of the slowest thread
 * @param garbage bytes that the threads allocated on the heap
 * @param latencies of steps, in nanoseconds
 * @param beside operations a second of the thread beside them, or 0
 */
record Measurement(long operations, long nanos, long garbage, Histogram latencies, double beside) {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;

  double seconds() {
    return Math.max(1, nanos) / 1e9;
  }

  double rate() {
    return operations / seconds();
  }

  /**
   * Runs a workload.
   *
   * @param clients makes the client of a thread, given its number
   * @param duration of which limits are shares, in seconds
   */
  static Measurement of(Workload workload, Clients clients, Expected expected, double duration)
      throws InterruptedException {
    workload.before(expected);
    CountDownLatch ready = new CountDownLatch(workload.threads());
    AtomicBoolean stop = new AtomicBoolean();
    AtomicBoolean stopBeside = new AtomicBoolean();
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < workload.threads(); i++) {
      int thread = i;
      workers.add(
          new Worker(
              () -> clients.of(thread),
              client -> workload.begin(client, thread),
              workload.limit(),
              duration,
              ready,
              stop));
    }
    Limit endless = new Limit(Long.MAX_VALUE, 0, Double.POSITIVE_INFINITY);
    Worker beside =
        new Worker(
            () -> clients.of(workload.threads()),
            workload::beginBeside,
            endless,
            duration,
            new CountDownLatch(0),
            stopBeside);
    Thread besideThread = Thread.ofPlatform().name("compare-beside").start(beside);
    List<Thread> threads =
        workers.stream().map(w -> Thread.ofPlatform().name("compare").start(w)).toList();
    for (Thread thread : threads) {
      thread.join();
    }
    stopBeside.set(true);
    besideThread.join();
    workers.forEach(Worker::rethrow);
    beside.rethrow();
    return of(workers, beside);
  }

  private static Measurement of(List<Worker> workers, Worker beside) {
    Histogram latencies = new Histogram(MAX_NANOS, DIGITS);
    workers.forEach(worker -> latencies.add(worker.latencies));
    return new Measurement(
        workers.stream().mapToLong(worker -> worker.operations).sum(),
        workers.stream().mapToLong(worker -> worker.nanos).max().orElse(0),
        workers.stream().mapToLong(worker -> worker.garbage).sum(),
        latencies,
        beside.operations * 1e9 / Math.max(1, beside.nanos));
  }

  /** Makes clients. */
  @FunctionalInterface
  interface Clients {

    /** The client of a thread, made in that thread. */
    CheckedClient of(int thread);
  }

  /** Makes the step of a thread; null if it has nothing to do. */
  @FunctionalInterface
  private interface Steps {
    @Nullable Step begin(CheckedClient client);
  }

  /** One thread. Its results are for the thread that joined it. */
  private static final class Worker implements Runnable {

    private final Supplier<CheckedClient> clients;
    private final Steps steps;
    private final Limit limit;
    private final double duration;
    private final CountDownLatch ready;
    private final AtomicBoolean stop;
    private final Histogram latencies = new Histogram(MAX_NANOS, DIGITS);
    private long operations;
    private long nanos;
    private long garbage;
    private @Nullable Throwable failure;

    /**
     * A worker.
     *
     * @param ready counted down by all; the clock starts when it is 0
     * @param stop ends all workers; set by a worker that fails
     */
    Worker(
        Supplier<CheckedClient> clients,
        Steps steps,
        Limit limit,
        double duration,
        CountDownLatch ready,
        AtomicBoolean stop) {
      this.clients = clients;
      this.steps = steps;
      this.limit = limit;
      this.duration = duration;
      this.ready = ready;
      this.stop = stop;
    }

    @Override
    public void run() {
      try (CheckedClient client = clients.get()) {
        Step step = steps.begin(client);
        ready.countDown();
        ready.await();
        if (step != null) {
          long thread = Thread.currentThread().threadId();
          long before = THREADS.getThreadAllocatedBytes(thread);
          work(step);
          garbage = THREADS.getThreadAllocatedBytes(thread) - before;
          client.closeCursor();
        }
      } catch (Throwable e) {
        failure = e;
        stop.set(true);
        ready.countDown();
      }
    }

    private void work(Step step) {
      long began = System.nanoTime();
      long last = began;
      long done = 0;
      do {
        done += step.run();
        long now = System.nanoTime();
        latencies.recordValue(Math.min(now - last, MAX_NANOS));
        last = now;
      } while (!limit.isReached(done, (last - began) / 1e9, duration) && !stop.get());
      operations = done;
      nanos = last - began;
    }

    private void rethrow() {
      switch (failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(failure);
      }
    }
  }
}
