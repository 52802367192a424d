package dev.firn.engine;

import dev.firn.error.StoreFailedException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store still accepts work. The first failure that cannot be undone is kept for good: a
 * flush to the device that failed once is not tried again, since a later success would prove
 * nothing about the bytes that were lost.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Health {

  private static final Logger LOG = System.getLogger(Health.class.getName());

  private record Failure(String doing, Throwable cause) {}

  private final AtomicReference<@Nullable Failure> first = new AtomicReference<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Has {@code listener} called once, when the store fails, by the thread that found out. */
  void whenFailed(Runnable listener) {
    listeners.add(listener);
  }

  /** Throws if the store has failed. */
  void check() {
    Failure failure = first.get();
    if (failure != null) {
      throw new StoreFailedException(failure.doing, failure.cause);
    }
  }

  /** Whether the store has failed. */
  boolean hasFailed() {
    return first.get() != null;
  }

  /** The first failure, or null. */
  @Nullable Throwable cause() {
    Failure failure = first.get();
    return failure == null ? null : failure.cause;
  }

  /**
   * Makes the store failed, if it is not already, and returns what the caller throws.
   *
   * @param doing what was going on, as a phrase that follows "failed while"
   */
  StoreFailedException fail(String doing, Throwable cause) {
    Throwable root =
        cause instanceof StoreFailedException && cause.getCause() != null
            ? cause.getCause()
            : cause;
    if (first.compareAndSet(null, new Failure(doing, root))) {
      LOG.log(Level.ERROR, "the store failed while " + doing, root);
      listeners.forEach(Runnable::run);
    }
    Failure failure = first.get();
    return failure == null
        ? new StoreFailedException(doing, root)
        : new StoreFailedException(failure.doing, failure.cause);
  }
}
