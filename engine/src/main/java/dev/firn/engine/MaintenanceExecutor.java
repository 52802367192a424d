package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The executor of the small things. They handle the failures that they expect; any other makes the
 * store fail, since nobody knows what was left undone.
 *
 * <p><b>Threading.</b> Any thread. What {@link #execute} accepts is done, also if the executor is
 * shut down at that moment.
 */
final class MaintenanceExecutor extends ScheduledThreadPoolExecutor {

  /** One may wait for the device in a sync while the other prepares the journal. */
  private static final int THREADS = 2;

  private final Health health;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private boolean closed;

  MaintenanceExecutor(String name, Health health) {
    super(THREADS, Thread.ofPlatform().daemon().name("firn-chores " + name).factory());
    this.health = health;
  }

  /**
   * Does a task soon.
   *
   * @throws RejectedExecutionException when the executor was shut down
   */
  @Override
  public void execute(Runnable task) {
    // The executor itself cancels a task, without a word, that comes while its last thread leaves.
    synchronized (lock) {
      if (closed) {
        throw new RejectedExecutionException("the store is closed");
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
    // What a task of this executor throws is kept by its future, which nobody asks.
    if (task instanceof Future<?> future && future.isDone()) {
      try {
        future.get();
      } catch (CancellationException e) {
        // The periodic sync, when the store is closed.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        health.fail("tidying up", e.getCause() == null ? e : e.getCause());
      }
    }
  }
}
