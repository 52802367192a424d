package dev.firn.engine;

import dev.firn.error.TransactionTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Admits writers to the commit pipeline, a few at a time, or a single one that excludes all others.
 *
 * <p>The exclusive writer takes the permits one by one and keeps those that it has, so that a
 * stream of other writers delays it but does not starve it. Exclusive writers queue in the order of
 * their requests.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class WriterPermits {

  /** The exclusive writer. */
  private record Holder(Thread thread, long sinceNanos) {}

  /** Not fair: a running thread need not wait its turn. */
  private final Semaphore permits;

  private final int count;

  /** Held by the exclusive writer, or by the one that is about to be. */
  private final Semaphore exclusive = new Semaphore(1, true);

  private volatile @Nullable Holder holder;

  /**
   * @param count the number of writers admitted at a time
   */
  WriterPermits(int count) {
    this.count = count;
    this.permits = new Semaphore(count);
  }

  /** Admits a writer; returns when it may go on. */
  void acquire() {
    if (!permits.tryAcquire()) {
      checkNotHolder("a write outside of it would wait for its end");
      permits.acquireUninterruptibly();
    }
  }

  void release() {
    permits.release();
  }

  /**
   * Excludes all other writers; returns when those that were admitted have ended.
   *
   * @throws TransactionTimeoutException when the time is up
   * @throws IllegalStateException when the thread is the exclusive writer
   */
  public void acquireAll(Duration timeout) {
    checkNotHolder("it cannot begin another one");
    long deadline = System.nanoTime() + nanos(timeout);
    if (!acquire(exclusive, deadline)) {
      throw timedOut(timeout);
    }
    int taken = 0;
    boolean done = false;
    try {
      while (taken < count) {
        if (!acquire(permits, deadline)) {
          throw timedOut(timeout);
        }
        taken++;
      }
      holder = new Holder(Thread.currentThread(), System.nanoTime());
      done = true;
    } finally {
      if (!done) {
        permits.release(taken);
        exclusive.release();
      }
    }
  }

  /** Ends the exclusion. Called once for each {@link #acquireAll}, by any thread. */
  public void releaseAll() {
    holder = null;
    permits.release(count);
    exclusive.release();
  }

  /** Interrupts do not end the wait, as those of other writers; they are kept. */
  private static boolean acquire(Semaphore semaphore, long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return semaphore.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void checkNotHolder(String why) {
    Holder held = holder;
    if (held != null && held.thread().equals(Thread.currentThread())) {
      throw new IllegalStateException(
          "this thread has an exclusive transaction open: " + why + "; commit or close it first");
    }
  }

  private TransactionTimeoutException timedOut(Duration timeout) {
    Holder held = holder;
    String who =
        held == null
            ? "other writers did not end"
            : "thread \""
                + held.thread().getName()
                + "\" has held it for "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - held.sinceNanos())
                + " ms";
    return new TransactionTimeoutException(
        "no exclusive transaction within " + timeout.toMillis() + " ms: " + who);
  }

  private static long nanos(Duration timeout) {
    try {
      return Math.min(timeout.toNanos(), Long.MAX_VALUE >> 1);
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE >> 1;
    }
  }
}
