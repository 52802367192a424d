package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.compaction.CompactionPolicy;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What lies over what: the generations in memory and the version of the tables. The one place where
 * that changes, and so where a new {@link ReadView} comes from.
 *
 * <p><b>Threading.</b> Any thread; see docs/concurrency.md for the order of locks.
 *
 * <p><b>Ownership.</b> Holds the first reference of each generation, from {@link #begin} to {@link
 * #flushed}.
 */
final class GenerationList {

  /** How many level-0 runs a reader puts up with before writers are slowed down. */
  private static final int SLOW_RUNS = CompactionPolicy.LEVEL_ZERO_SLOWDOWN_RUNS;

  /** How many make the pressure full. */
  private static final int STOP_RUNS = CompactionPolicy.LEVEL_ZERO_STOP_RUNS;

  /** How many generations make a run: fewer, larger runs are fewer to search and to merge. */
  private static final int FLUSHED_TOGETHER = 4;

  /**
   * Memory is bounded by this many generations that wait or are flushed, and one that is
   * written.
   */
  static final int MAX_FROZEN = 3 * FLUSHED_TOGETHER;

  /** As many may wait while as many are flushed before writers are slowed down. */
  private static final int SLOW_FROZEN = 2 * FLUSHED_TOGETHER;

  /** How long a generation waits for others to be flushed with. */
  private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final CurrentView views;
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

  /** How many wait for flushes. */
  @GuardedBy("lock")
  private int wanted;

  /** When there began to be frozen generations. */
  @GuardedBy("lock")
  private long oldestFrozenAt;

  @GuardedBy("lock")
  private boolean hadFrozen;

  GenerationList(CurrentView views, VersionSet versions, Throttle throttle, Health health) {
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

  /** Takes away the oldest generations, whose entries are in tables of the current version now. */
  void flushed(List<Generation> oldest) {
    lock.lock();
    try {
      for (Generation generation : oldest) {
        Generation removed = generations.removeLast();
        assert removed == generation : removed + " is older than " + generation;
      }
      install();
    } finally {
      lock.unlock();
    }
    for (Generation generation : oldest) {
      generation.markFlushed();
      generation.release();
    }
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

  /**
   * The generations to be flushed together, oldest first. Waits until they are enough for a run,
   * until one has waited for long, or until somebody waits for one; empty when closing and done.
   */
  List<Generation> awaitFrozen() {
    lock.lock();
    try {
      while (!health.hasFailed()) {
        int frozen = frozen();
        long left = oldestFrozenAt + MAX_WAIT_NANOS - System.nanoTime();
        if (frozen > 0 && (frozen >= FLUSHED_TOGETHER || closing || wanted > 0 || left <= 0)) {
          return oldest(Math.min(frozen, SLOW_FROZEN));
        }
        if (frozen == 0 && closing) {
          break;
        }
        if (frozen > 0) {
          Uninterrupted.await(changed, left);
        } else {
          changed.awaitUninterruptibly();
        }
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private List<Generation> oldest(int count) {
    List<Generation> oldest = new ArrayList<>(count);
    Iterator<Generation> upwards = generations.descendingIterator();
    for (int i = 0; i < count; i++) {
      oldest.add(upwards.next());
    }
    return oldest;
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
      wanted++;
      changed.signalAll();
      while (!generations.isEmpty()
          && generations.getLast().segment().firstSequence() <= sequence
          && !health.hasFailed()) {
        changed.awaitUninterruptibly();
      }
      wanted--;
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

  /** Whether more wait to be flushed than the next flush takes. */
  boolean isFlushBehind() {
    return frozenCount() > FLUSHED_TOGETHER;
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
    if (frozen() == 0) {
      hadFrozen = false;
    } else if (!hadFrozen) {
      hadFrozen = true;
      oldestFrozenAt = System.nanoTime();
    }
    Version version = versions.current();
    try {
      views.install(notIn(version), hasActive, version);
      throttle.setPressure(pressure(frozen(), version.runs(0)));
    } finally {
      version.release();
    }
    changed.signalAll();
  }

  /**
   * The generations whose entries are not in a version's tables, newest first. A flush changes the
   * version first and tells this afterwards, and a view that is made in between must not have its
   * entries twice: scans take it that no two entries have the same key and sequence.
   */
  @GuardedBy("lock")
  private List<Generation> notIn(Version version) {
    long floor = version.state().journalFloor();
    return generations.stream().filter(g -> g.segment().number() >= floor).toList();
  }

  /** How far the background is behind: 0 = not at all, 1 = as far as it may be. */
  private static double pressure(int frozen, int levelZeroRuns) {
    double memory = (double) (frozen - SLOW_FROZEN) / (MAX_FROZEN - SLOW_FROZEN);
    double runs = (double) (levelZeroRuns - SLOW_RUNS) / (STOP_RUNS - SLOW_RUNS);
    return Math.max(memory, runs);
  }
}
