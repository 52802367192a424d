package dev.firn.test.compare;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a workload: does steps until it is time to stop, and keeps count of time and
 * memory.
 *
 * <p><b>Threading.</b> The results are for the thread that joined this one.
 */
final class Worker implements Runnable {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * Which steps, and when they end: not before {@code min} of them nor before the time is over, but
   * with {@code max} of them in any case.
   */
  record Plan(Steps steps, long first, long min, long max, long nanos, int stride) {}

  private final Plan plan;
  private final Supplier<Driver> drivers;
  private final CountDownLatch start;
  private final AtomicBoolean stop;

  private final AtomicLong done = new AtomicLong();
  private long nanos;
  private long allocatedBytes;
  private @Nullable Histogram latencies;
  private @Nullable Throwable failure;

  Worker(Plan plan, Supplier<Driver> drivers, CountDownLatch start, AtomicBoolean stop) {
    this.plan = plan;
    this.drivers = drivers;
    this.start = start;
    this.stop = stop;
  }

  @Override
  public void run() {
    try (Driver driver = drivers.get()) {
      start.await();
      long thread = Thread.currentThread().threadId();
      long before = THREADS.getThreadAllocatedBytes(thread);
      long began = System.nanoTime();
      work(driver, began);
      nanos = System.nanoTime() - began;
      allocatedBytes = THREADS.getThreadAllocatedBytes(thread) - before;
      latencies = driver.latencies;
      driver.client.closeCursor();
    } catch (Throwable e) {
      failure = e;
      stop.set(true);
    }
  }

  private void work(Driver driver, long began) {
    long steps = 0;
    while (steps < plan.max && !stop.get()) {
      long to = Math.min(plan.max, steps + plan.stride);
      plan.steps.run(driver, plan.first + steps, plan.first + to);
      steps = to;
      done.setRelease(steps);
      if (steps >= plan.min && System.nanoTime() - began >= plan.nanos) {
        return;
      }
    }
  }

  /** How many steps are done; for any thread. */
  long steps() {
    return done.getAcquire();
  }

  double stepsPerSecond() {
    return steps() * 1e9 / Math.max(1, nanos);
  }

  long nanos() {
    return nanos;
  }

  long allocatedBytes() {
    return allocatedBytes;
  }

  @Nullable Histogram latencies() {
    return latencies;
  }

  @Nullable Throwable failure() {
    return failure;
  }
}
