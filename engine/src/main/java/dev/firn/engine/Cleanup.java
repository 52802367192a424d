package dev.firn.engine;

import dev.firn.wal.Journal;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Releases views and tables in maintenance tasks, and tells when the files that are not needed are
 * deleted.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Cleanup implements Executor {

  /** Bound of the wait: a busy store releases something all the time. */
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long POLL_NANOS = 200_000;

  private final Executor maintenance;
  private final AtomicLong unfinished = new AtomicLong();

  Cleanup(Executor maintenance) {
    this.maintenance = maintenance;
  }

  /**
   * Runs a task soon.
   *
   * @throws java.util.concurrent.RejectedExecutionException when the store is closing
   */
  @Override
  public void execute(Runnable task) {
    unfinished.incrementAndGet();
    boolean accepted = false;
    try {
      maintenance.execute(() -> run(task));
      accepted = true;
    } finally {
      if (!accepted) {
        unfinished.decrementAndGet();
      }
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      unfinished.decrementAndGet();
    }
  }

  /**
   * Returns when the files are deleted that nothing reads, or after {@link #MAX_WAIT_NANOS}. Files
   * that an open cursor reads stay until it is closed.
   */
  void awaitDeletions(CurrentView views, Journal journal, Health health) {
    long deadline = System.nanoTime() + MAX_WAIT_NANOS;
    while ((views.hasUnreleased() || unfinished.get() > 0 || journal.isDeleting())
        && System.nanoTime() < deadline
        && !health.hasFailed()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
