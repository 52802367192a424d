package dev.firn.engine;

import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Background work that failed, lost nothing, and is tried again after growing pauses: for want of
 * room on the device above all. From the first failure to the next success, the store's health
 * shows a warning.
 *
 * <p><b>Threading.</b> One thread works and calls; any thread may ask for the {@link #cause}.
 */
final class Retry {

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Health health;
  private final String doing;
  private long nextPause = FIRST_PAUSE_NANOS;
  private @Nullable Problem warning;
  private volatile @Nullable FirnException cause;

  /**
   * @param doing what is tried, as a phrase that follows "while"
   */
  Retry(Health health, String doing) {
    this.health = health;
    this.doing = doing;
  }

  /** Whether work that failed in this way, before it changed anything, may succeed later. */
  static boolean mayHelp(Throwable failure) {
    return failure instanceof DiskFullException || failure instanceof StorageException;
  }

  /** Notes a failed attempt; returns the time to wait before the next one, in nanoseconds. */
  long failed(FirnException failure) {
    cause = failure;
    if (warning == null) {
      warning = health.warn(doing, failure);
    }
    long pause = nextPause;
    nextPause = Math.min(2 * pause, MAX_PAUSE_NANOS);
    return pause;
  }

  /** Notes a successful attempt. */
  void succeeded() {
    if (cause != null) {
      cause = null;
      nextPause = FIRST_PAUSE_NANOS;
      Problem shown = warning;
      warning = null;
      if (shown != null) {
        health.withdraw(shown);
      }
    }
  }

  /** The failure of the last attempt; null if it succeeded, or if there was none. */
  @Nullable FirnException cause() {
    return cause;
  }
}
