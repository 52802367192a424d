package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.compaction.Compaction;
import dev.firn.compaction.CompactionPicker;
import dev.firn.compaction.CompactionPolicy;
import dev.firn.compaction.CompactionResult;
import dev.firn.compaction.Version;
import dev.firn.compaction.VersionSet;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Merges tables in the background, one merge at a time, for as long as the picker finds one that is
 * worth it.
 *
 * <p><b>Threading.</b> {@link #run} is the merging thread's; the rest may be called by any thread.
 */
final class Compactor implements Runnable {

  private final VersionSet versions;
  private final CompactionPolicy policy;
  private final TableMaker tables;
  private final Layers layers;
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

  private volatile boolean closing;

  Compactor(
      VersionSet versions,
      CompactionPolicy policy,
      TableMaker tables,
      Layers layers,
      Health health) {
    this.versions = versions;
    this.policy = policy;
    this.tables = tables;
    this.layers = layers;
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
        while (!closing && mergeOnce(all, before)) {
          layers.versionChanged();
        }
        finished(full);
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
  private boolean mergeOnce(boolean all, long before) {
    Version version = versions.current();
    try {
      Optional<Compaction> picked =
          all
              ? CompactionPicker.pickFull(version.shape(), version.trees(), policy, before)
              : CompactionPicker.pick(version.shape(), version.trees(), policy);
      if (picked.isEmpty()) {
        return false;
      }
      CompactionResult result = tables.merge(version, picked.get(), this::isClosing);
      versions.apply(result.edit());
      return true;
    } finally {
      version.release();
    }
  }

  private boolean awaitWork() {
    lock.lock();
    try {
      while (!woken && !closing && !health.hasFailed()) {
        changed.awaitUninterruptibly();
      }
      woken = false;
      return !closing && !health.hasFailed();
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

  private void finished(long full) {
    lock.lock();
    try {
      done = Math.max(done, full);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
