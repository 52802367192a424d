package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.compaction.Version;
import dev.firn.compaction.VersionSet;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What lies over what: the generations in memory and the version of the tables. The one place where
 * that changes, and so where a new {@link View} comes from.
 *
 * <p><b>Threading.</b> Any thread; see docs/concurrency.md for the order of locks.
 *
 * <p><b>Ownership.</b> Holds the first reference of each generation, from {@link #begin} to {@link
 * #flushed}.
 */
final class Layers {

  /** How many level-0 runs a reader puts up with before writers are slowed down. */
  private static final int SLOW_RUNS = 12;

  /** How many make the pressure full. */
  private static final int STOP_RUNS = 36;

  private final Views views;
  private final VersionSet versions;
  private final Throttle throttle;
  private final Health health;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<Generation> generations = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean hasActive;

  @GuardedBy("lock")
  private boolean closing;

  Layers(Views views, VersionSet versions, Throttle throttle, Health health) {
    this.views = views;
    this.versions = versions;
    this.throttle = throttle;
    this.health = health;
  }

  /** Begins with generations found in the journal, oldest first, all of them to be flushed. */
  void recover(List<Generation> recovered) {
    lock.lock();
    try {
      recovered.forEach(generations::addFirst);
      install();
    } finally {
      lock.unlock();
    }
  }

  /** Puts a generation that takes writes on top; the one below it, if any, is sealed. */
  void begin(Generation next) {
    lock.lock();
    try {
      generations.addFirst(next);
      hasActive = true;
      install();
    } finally {
      lock.unlock();
    }
  }

  /** Lets the top generation, which is sealed, be flushed though none is above it. */
  void freeze() {
    lock.lock();
    try {
      hasActive = false;
      install();
    } finally {
      lock.unlock();
    }
  }

  /** Takes away the oldest generation, whose entries are in tables of the current version now. */
  void flushed(Generation oldest) {
    lock.lock();
    try {
      Generation removed = generations.removeLast();
      assert removed == oldest : removed + " is older than " + oldest;
      install();
    } finally {
      lock.unlock();
    }
    oldest.markFlushed();
    oldest.release();
  }

  /** Shows readers the current version after a merge. */
  void versionChanged() {
    lock.lock();
    try {
      install();
    } finally {
      lock.unlock();
    }
  }

  /** The oldest generation that waits to be flushed; waits for one; null when closing and done. */
  @Nullable Generation awaitFrozen() {
    lock.lock();
    try {
      while (frozen() == 0 && !closing && !health.hasFailed()) {
        changed.awaitUninterruptibly();
      }
      return frozen() == 0 || health.hasFailed() ? null : generations.getLast();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until fewer than {@code limit} generations wait to be flushed; returns whether it waited.
   *
   * @throws dev.firn.error.StoreFailedException when the store has failed
   */
  boolean awaitFrozenBelow(int limit) {
    boolean waited = false;
    lock.lock();
    try {
      while (frozen() >= limit && !health.hasFailed()) {
        waited = true;
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    health.check();
    return waited;
  }

  /**
   * Waits until every generation with entries up to {@code sequence} was flushed.
   *
   * @throws dev.firn.error.StoreFailedException when the store has failed
   */
  void awaitFlushed(long sequence) {
    lock.lock();
    try {
      while (!generations.isEmpty()
          && generations.getLast().segment().firstSequence() <= sequence
          && !health.hasFailed()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    health.check();
  }

  /** Lets {@link #awaitFrozen} end once nothing is left to flush. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes those who wait, after a failure. */
  void wakeAll() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The number of generations that wait to be flushed. */
  int frozenCount() {
    lock.lock();
    try {
      return frozen();
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of the generations that were not flushed. Nobody reads any more. */
  void releaseAll() {
    lock.lock();
    try {
      generations.forEach(Generation::release);
      generations.clear();
      hasActive = false;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private int frozen() {
    return generations.size() - (hasActive ? 1 : 0);
  }

  @GuardedBy("lock")
  private void install() {
    Version version = versions.current();
    try {
      views.install(List.copyOf(generations), hasActive, version);
      throttle.setPressure(pressure(frozen(), version.runs(0)));
    } finally {
      version.release();
    }
    changed.signalAll();
  }

  /** How far the background is behind: 0 = not at all, 1 = as far as it may be. */
  private static double pressure(int frozen, int levelZeroRuns) {
    double memory = frozen < 2 ? 0 : 0.25 * (frozen - 1);
    double runs = (double) (levelZeroRuns - SLOW_RUNS) / (STOP_RUNS - SLOW_RUNS);
    return Math.max(memory, runs);
  }
}
