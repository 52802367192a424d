package dev.firn.engine;

import dev.firn.error.FirnException;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.ClockMark;
import dev.firn.version.VersionSet;

/**
 * Keeps what the store's clock has shown in the manifest, so that entries which have expired stay
 * so when the store is opened again with a clock that was set back. Flushes and compactions write
 * such marks too. Wakes the compactor, for which tables may have expired.
 *
 * <p>A crash loses what the clock has shown since the last mark: {@link #INTERVAL_MILLIS}, and the
 * time of writing it, at most. A clock that was not read has shown nothing.
 *
 * <p><b>Threading.</b> {@link #run} is a periodic maintenance task; {@link #writeLast} is called
 * when the other threads have ended.
 */
final class ClockMarks implements Runnable {

  /** The time between two marks while the clock is read. */
  static final long INTERVAL_MILLIS = 60_000;

  private final VersionSet versions;
  private final StoreClock clock;
  private final Compactor compactor;
  private final Health health;

  ClockMarks(VersionSet versions, StoreClock clock, Compactor compactor, Health health) {
    this.versions = versions;
    this.clock = clock;
    this.compactor = compactor;
    this.health = health;
  }

  @Override
  public void run() {
    writeQuietly();
    if (versions.state().shape().expiringEntries() > 0) {
      compactor.wakeAtRest();
    }
  }

  private void writeQuietly() {
    try {
      write();
    } catch (IllegalStateException e) {
      // The store was closed meanwhile.
    } catch (FirnException | OutOfMemoryError e) {
      // The next run tries again, unless the store has failed.
      if (versions.hasFailed()) {
        if (health.cause == null) {
          health.cause = e; // first of all: there may be no stack and no memory for anything else
        }
        health.fail("keeping the clock", e);
      }
    }
  }

  /** Writes the last mark of a store that is being closed. */
  void writeLast() {
    if (!health.hasFailed()) {
      writeQuietly();
    }
  }

  private void write() {
    long shown = clock.shown();
    if (clock.isNeeded() && !health.hasFailed() && shown > versions.state().clock()) {
      versions.apply(VersionEdit.of(new ClockMark(shown)));
    }
  }
}
