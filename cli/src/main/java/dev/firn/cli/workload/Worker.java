package dev.firn.cli.workload;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a workload: does the steps of its plan, and measures time, latencies and heap
 * allocation.
 *
 * <p><b>Threading.</b> The results are for the thread that joined this one.
 */
final class Worker implements Runnable {

  static final int SAMPLE = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Plan plan;
  private final Steps steps;
  private final boolean samples;
  private final int stretch;
  private final Supplier<ClientDriver> drivers;
  private final CountDownLatch start;
  private final AtomicBoolean stop;

  private final AtomicLong done = new AtomicLong();
  private long nanos;
  private long allocatedBytes;
  private @Nullable Histogram latencies;
  private @Nullable Throwable failure;

  /**
   * A worker.
   *
   * @param stretch count of steps between two looks at the clock
   * @param stop ends all workers; set by a worker that fails
   */
  Worker(
      Plan plan,
      Steps steps,
      int stretch,
      Supplier<ClientDriver> drivers,
      CountDownLatch start,
      AtomicBoolean stop) {
    this.plan = plan;
    this.steps = steps;
    this.samples = plan.timing() == Plan.Timing.SAMPLED;
    this.stretch = samples ? SAMPLE - 1 : stretch;
    this.drivers = drivers;
    this.start = start;
    this.stop = stop;
  }

  @Override
  public void run() {
    try (ClientDriver driver = drivers.get()) {
      start.await();
      long thread = Thread.currentThread().threadId();
      long before = THREADS.getThreadAllocatedBytes(thread);
      long began = System.nanoTime();
      driver.begin(began);
      work(driver, began);
      nanos = System.nanoTime() - began;
      allocatedBytes = THREADS.getThreadAllocatedBytes(thread) - before;
      latencies = driver.latencies();
      driver.client.closeCursor();
    } catch (Throwable e) {
      failure = e;
      stop.set(true);
    }
  }

  private void work(ClientDriver driver, long began) {
    long count = 0;
    while (count < plan.max() && !stop.get()) {
      long to = Math.min(plan.max(), count + stretch);
      run(driver, count, to);
      count = to;
      if (samples && count < plan.max()) {
        long begin = System.nanoTime();
        run(driver, count, count + 1);
        driver.record(System.nanoTime() - begin);
        count++;
      }
      done.setRelease(count);
      if (count >= plan.min() && System.nanoTime() - began >= plan.nanos()) {
        return;
      }
    }
  }

  private void run(ClientDriver driver, long from, long to) {
    long first = plan.first();
    steps.run(driver, first + from * plan.stride(), first + to * plan.stride());
  }

  /** Count of the steps that are done; for any thread. */
  long steps() {
    return done.getAcquire();
  }

  /** Duration of all steps. */
  long nanos() {
    return nanos;
  }

  /** Bytes that the thread allocated on the heap during the steps. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  /** The recorded latencies, or null if the worker failed. */
  @Nullable Histogram latencies() {
    return latencies;
  }

  @Nullable Throwable failure() {
    return failure;
  }
}
