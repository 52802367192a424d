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
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class Retry {

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Health health;
  private final String doing;
  private long nextPause = FIRST_PAUSE_NANOS;
  private @Nullable Problem warning;

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
    if (warning == null) {
      warning = health.warn(doing, failure);
    }
    long pause = nextPause;
    nextPause = Math.min(2 * pause, MAX_PAUSE_NANOS);
    return pause;
  }

  /** Notes a successful attempt. */
  void succeeded() {
    Problem shown = warning;
    if (shown != null) {
      warning = null;
      nextPause = FIRST_PAUSE_NANOS;
      health.withdraw(shown);
    }
  }
}
