package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.StoreThreads;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Runs maintenance tasks. A task handles the failures that it expects; any other makes the store
 * fail, because it is unknown what the task left undone.
 *
 * <p><b>Threading.</b> Any thread. A task that {@link #execute} accepts is run, even if the
 * executor is shut down at that moment.
 */
final class MaintenanceExecutor extends ScheduledThreadPoolExecutor {

  /** Two: one may wait for the device in a sync while the other prepares the journal. */
  private static final int THREADS = 2;

  private final Health health;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private boolean closed;

  MaintenanceExecutor(String name, Health health) {
    super(
        THREADS,
        StoreThreads.named("firn-maintain " + name)
            .uncaughtExceptionHandler(health.deathRecorder())
            .factory());
    this.health = health;
  }

  /**
   * Runs a task soon.
   *
   * @throws RejectedExecutionException when the executor was shut down
   */
  @Override
  public void execute(Runnable task) {
    // ScheduledThreadPoolExecutor silently cancels a task that comes while its last thread ends.
    synchronized (lock) {
      if (closed) {
        throw new RejectedExecutionException(StoreClosed.MESSAGE);
      }
      super.execute(task);
    }
  }

  @Override
  public void shutdown() {
    synchronized (lock) {
      closed = true;
    }
    super.shutdown();
  }

  @Override
  protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
    super.afterExecute(task, thrown);
    // The future of a task keeps its exception, and this is the only code that reads it.
    if (task instanceof Future<?> future && future.isDone()) {
      try {
        future.get();
      } catch (CancellationException e) {
        // A periodic task, when the store is closed.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        Throwable met = e.getCause() == null ? e : e.getCause();
        if (health.cause == null) {
          health.cause = met; // first of all: there may be no stack and no memory
        }
        health.fail("running a maintenance task", met);
      }
    }
  }
}
