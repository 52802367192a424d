package dev.firn.wal;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The preparation or the deletion of a segment in the background. It is a task of the JDK, so that
 * it ends, and its waiters go on, even if none of the store's code can run. The {@link SegmentPool}
 * collects the result.
 *
 * <p><b>Threading.</b> One thread runs it, any thread waits for it.
 */
final class PoolTask extends FutureTask<@Nullable ReadySegment> {

  private final Consumer<@Nullable Throwable> ended;

  /**
   * @param ended called at the end, with the failure or null
   */
  PoolTask(Callable<@Nullable ReadySegment> work, Consumer<@Nullable Throwable> ended) {
    super(work);
    this.ended = ended;
  }

  @Override
  protected void done() {
    ended.accept(state() == State.FAILED ? exceptionNow() : null);
  }

  /** Waits for the end, whatever it is. An interrupt is kept for the caller. */
  void awaitDone() {
    boolean interrupted = false;
    while (!isDone()) {
      try {
        get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        // Collecting the result tells.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
