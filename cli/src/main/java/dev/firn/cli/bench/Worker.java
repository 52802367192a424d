package dev.firn.cli.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a workload: runs its share of the steps and keeps count of time and memory.
 *
 * <p>A step's latency is the time from the end of the step before, so that the clock is read once a
 * step; making the key and checking the answer are part of it. Steps of a walk are so short that
 * the clock would be most of what is measured: there one of {@value #SCAN_SAMPLE} is timed.
 *
 * <p><b>Threading.</b> The results are for the thread that joined this one.
 */
final class Worker implements Runnable {

  private static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int SCAN_SAMPLE = 64;
  private static final int PUBLISH_STEPS = 256;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Which steps are this worker's. */
  record Share(long first, long end, long stride) {}

  private final Operation operation;
  private final Share share;
  private final boolean scan;
  private final long limitNanos;
  private final CountDownLatch start;
  private final AtomicBoolean stop;
  private final Supplier<Session> sessions;

  private final Histogram latencies = new Histogram(MAX_NANOS, 3);
  private final AtomicLong published = new AtomicLong();
  private long steps;
  private long allocatedBytes;
  private long endNanos;
  private @Nullable Throwable failure;

  Worker(
      Operation operation,
      Share share,
      boolean scan,
      long limitNanos,
      CountDownLatch start,
      AtomicBoolean stop,
      Supplier<Session> sessions) {
    this.operation = operation;
    this.share = share;
    this.scan = scan;
    this.limitNanos = limitNanos;
    this.start = start;
    this.stop = stop;
    this.sessions = sessions;
  }

  @Override
  public void run() {
    try (Session session = sessions.get()) {
      start.await();
      long thread = Thread.currentThread().threadId();
      long before = THREADS.getThreadAllocatedBytes(thread);
      long deadline = System.nanoTime() + limitNanos;
      if (scan) {
        walk(session, deadline);
      } else {
        repeat(session, deadline);
      }
      allocatedBytes = THREADS.getThreadAllocatedBytes(thread) - before;
    } catch (Throwable e) {
      failure = e;
      stop.set(true);
    }
    endNanos = System.nanoTime();
    published.set(steps);
  }

  private void repeat(Session session, long deadline) {
    long last = System.nanoTime();
    for (long i = share.first; i < share.end; i += share.stride) {
      operation.run(session, i);
      long now = System.nanoTime();
      latencies.recordValue(Math.min(now - last, MAX_NANOS));
      last = now;
      if ((++steps & PUBLISH_STEPS - 1) == 0) {
        published.setRelease(steps);
      }
      if (now - deadline >= 0 || stop.get()) {
        return;
      }
    }
  }

  private void walk(Session session, long deadline) {
    for (long i = share.first; i < share.end; ) {
      long chunk = Math.min(share.end, i + SCAN_SAMPLE - 1);
      for (; i < chunk; i++) {
        operation.run(session, i);
        steps++;
      }
      if (i == share.end) {
        return;
      }
      long begin = System.nanoTime();
      operation.run(session, i++);
      long now = System.nanoTime();
      steps++;
      latencies.recordValue(Math.min(now - begin, MAX_NANOS));
      published.setRelease(steps);
      if (now - deadline >= 0 || stop.get()) {
        return;
      }
    }
  }

  /** How many steps are done, about; for any thread. */
  long progress() {
    return published.getAcquire();
  }

  long steps() {
    return steps;
  }

  long endNanos() {
    return endNanos;
  }

  long allocatedBytes() {
    return allocatedBytes;
  }

  Histogram latencies() {
    return latencies;
  }

  @Nullable Throwable failure() {
    return failure;
  }
}
