package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.compaction.Compaction;
import dev.firn.compaction.CompactionPicker;
import dev.firn.compaction.CompactionPolicy;
import dev.firn.compaction.CompactionResult;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Merges tables in the background, one merge at a time, for as long as the picker finds one that is
 * worth it.
 *
 * <p>While flushes follow each other, merges are put off: level 0 may have more runs, and a merge
 * gives way to a flush that is behind. When the load falls, level 0 is brought down to what suits
 * readers. What is left there goes down when cursors have read as much as that costs, see {@link
 * ReadLoad}.
 *
 * <p><b>Threading.</b> {@link #run} is the merging thread's; the rest may be called by any thread.
 */
final class Compactor implements Runnable {

  /** How many times the runs level 0 may have under load, and at rest how much less. */
  private static final int LOADED = 3;

  private static final int RESTING = 2;

  /** After this time without a flush the load has fallen. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** For how long a merge gives way; it goes on for a third of that before it looks again. */
  private static final long GIVE_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final VersionSet versions;
  private final CompactionPolicy loaded;
  private final CompactionPolicy resting;
  private final TableMaker tables;
  private final GenerationList layers;
  private final ReadLoad reads;
  private final Health health;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private boolean woken = true;

  /** How many full merges were asked for, and how many were done or overtaken by the end. */
  @GuardedBy("lock")
  private long asked;

  @GuardedBy("lock")
  private long done;

  /** When the version changed last, but for merges. */
  @GuardedBy("lock")
  private long wokenAt = System.nanoTime();

  /** Whether nothing was left to do at rest. */
  @GuardedBy("lock")
  private boolean rested;

  private volatile boolean closing;

  Compactor(
      VersionSet versions,
      CompactionPolicy policy,
      TableMaker tables,
      GenerationList layers,
      ReadLoad reads,
      Health health) {
    this.versions = versions;
    this.loaded = policy.withLevelZeroRuns(LOADED * policy.levelZeroRuns());
    this.resting = policy.withLevelZeroRuns(Math.max(1, policy.levelZeroRuns() / RESTING));
    this.tables = tables;
    this.layers = layers;
    this.reads = reads;
    this.health = health;
  }

  /** Merges until the compactor is closed or the store fails. */
  @Override
  public void run() {
    try {
      while (awaitWork()) {
        long full = fullMergesAsked();
        boolean all = full > fullMergesDone();
        long before = all ? versions.allocateNumber() : 0;
        boolean atRest = isAtRest();
        while (!closing && mergeOnce(all, before, atRest)) {
          layers.versionChanged();
          reads.reset();
          atRest = isAtRest();
        }
        finished(full, atRest);
        if (atRest && !closing) {
          offerToReaders();
        }
      }
    } catch (CancellationException e) {
      // Told to by closing; the merge left nothing behind.
    } catch (Throwable t) {
      health.fail("merging tables", t);
    } finally {
      close();
    }
  }

  /** Says that the version has changed. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      wokenAt = System.nanoTime();
      rested = false;
      reads.reset();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Merges everything into one run; returns when that is done, or the compactor has ended. */
  void compactAll() {
    lock.lock();
    try {
      long mine = ++asked;
      woken = true;
      changed.signalAll();
      while (done < mine && !closing) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets the merge that is under way stop soon, and no further one begin. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosing() {
    return closing;
  }

  /**
   * Does one merge, if there is one to do.
   *
   * @param before for a full merge: tables with this number or a later one are left alone
   */
  private boolean mergeOnce(boolean all, long before, boolean atRest) {
    Version version = versions.current();
    try {
      Optional<Compaction> picked =
          all
              ? CompactionPicker.pickFull(version.shape(), version.trees(), loaded, before)
              : pick(version, atRest);
      if (picked.isEmpty()) {
        return false;
      }
      CompactionResult result = tables.merge(version, picked.get(), this::giveWay);
      versions.apply(result.edit());
      return true;
    } finally {
      version.release();
    }
  }

  private Optional<Compaction> pick(Version version, boolean atRest) {
    Optional<Compaction> picked =
        CompactionPicker.pick(version.shape(), version.trees(), atRest ? resting : loaded);
    return picked.isEmpty() && atRest && reads.isEarned() ? pickForReaders(version) : picked;
  }

  private Optional<Compaction> pickForReaders(Version version) {
    return CompactionPicker.pickForReaders(version.shape(), resting);
  }

  /** Lets cursors earn the merge that nothing else is a reason for. */
  private void offerToReaders() {
    Version version = versions.current();
    try {
      pickForReaders(version).ifPresent(merge -> reads.ask(merge.entries(), this::wakeAtRest));
    } finally {
      version.release();
    }
  }

  /** Lets the compactor look again; the load has not changed. */
  private void wakeAtRest() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets a flush that is behind have the processor and the device; returns whether to stop. */
  private boolean giveWay() {
    if (layers.isFlushBehind() && !closing) {
      LockSupport.parkNanos(GIVE_WAY_NANOS);
    }
    return closing;
  }

  /** Waits until the version has changed, or until the load has fallen. */
  private boolean awaitWork() {
    lock.lock();
    try {
      while (!woken && !closing && !health.hasFailed()) {
        long left = wokenAt + QUIET_NANOS - System.nanoTime();
        if (!rested && left <= 0) {
          break;
        }
        if (rested) {
          changed.awaitUninterruptibly();
        } else {
          Uninterrupted.await(changed, left);
        }
      }
      woken = false;
      return !closing && !health.hasFailed();
    } finally {
      lock.unlock();
    }
  }

  private boolean isAtRest() {
    lock.lock();
    try {
      return System.nanoTime() - wokenAt >= QUIET_NANOS;
    } finally {
      lock.unlock();
    }
  }

  private long fullMergesAsked() {
    lock.lock();
    try {
      return asked;
    } finally {
      lock.unlock();
    }
  }

  private long fullMergesDone() {
    lock.lock();
    try {
      return done;
    } finally {
      lock.unlock();
    }
  }

  private void finished(long full, boolean atRest) {
    lock.lock();
    try {
      rested = atRest && !woken;
      done = Math.max(done, full);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
