package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.compaction.CompactionPolicy;
import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import dev.firn.wal.JournalSegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The generations in memory, newest first, above the tables of the current version. Every change of
 * the two installs a new {@link ReadView}, here and only here.
 *
 * <p><b>Threading.</b> Any thread; see docs/concurrency.md for the order of locks.
 *
 * <p><b>Ownership.</b> Holds the first reference of each generation, from {@link #begin} to {@link
 * #removeFlushed}.
 */
final class GenerationList {

  /** Level-0 run count above which writers are throttled. */
  private static final int THROTTLE_RUNS = CompactionPolicy.LEVEL_ZERO_SLOWDOWN_RUNS;

  /** Level-0 run count at which the pressure on writers is at its maximum. */
  private static final int MAX_PRESSURE_RUNS = CompactionPolicy.LEVEL_ZERO_STOP_RUNS;

  /** Maximum time that a frozen generation waits for others to be flushed with. */
  private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final CurrentView currentView;
  private final VersionSet versions;
  private final Throttle throttle;
  private final Health health;
  private final FrozenLimits limits;
  private final TablesAside aside;

  private final Monitor monitor = new Monitor();

  @GuardedBy("monitor")
  private final ArrayDeque<Generation> generations = new ArrayDeque<>();

  @GuardedBy("monitor")
  private boolean hasActive;

  @GuardedBy("monitor")
  private boolean closing;

  /** The number of threads that wait for a flush. */
  @GuardedBy("monitor")
  private int flushWaiters;

  /** The number of calls that have ever waited for a flush. */
  @GuardedBy("monitor")
  private long flushCalls;

  /** The number of calls of {@link #removeFlushed}. */
  @GuardedBy("monitor")
  private long removals;

  /** Why the last attempt of a flush failed that is tried again; null while there is none. */
  @GuardedBy("monitor")
  private @Nullable FirnException setback;

  /** The number of that attempt. */
  @GuardedBy("monitor")
  private long failedAttempt;

  /** The number of attempts that have begun. */
  @GuardedBy("monitor")
  private long attempts;

  /** {@link #flushCalls} when the last attempt began. */
  @GuardedBy("monitor")
  private long callsAtAttempt;

  GenerationList(
      CurrentView currentView,
      VersionSet versions,
      Throttle throttle,
      Health health,
      FrozenLimits limits,
      TablesAside aside) {
    this.currentView = currentView;
    this.versions = versions;
    this.throttle = throttle;
    this.health = health;
    this.limits = limits;
    this.aside = aside;
  }

  /** Adds the generations recovered from the journal, oldest first; all are frozen. */
  void recover(List<Generation> recovered) {
    synchronized (monitor) {
      recovered.forEach(Generation::markFrozen);
      recovered.forEach(generations::addFirst);
      install();
    }
  }

  /**
   * Makes the manifest require a segment that was just activated, before it has a record.
   *
   * @throws dev.firn.error.DiskFullException when there is no room for that now
   * @throws dev.firn.error.StoreFailedException when that fails; the segment is released
   */
  void require(JournalSegment segment) {
    try {
      versions.requireJournal(segment.number());
    } catch (Throwable t) {
      if (t instanceof DiskFullException full && !versions.hasFailed()) {
        throw full;
      }
      if (health.cause == null) {
        health.cause = t; // first of all: there may be no stack and no memory for anything else
      }
      segment.release();
      throw health.fail("writing the manifest", t);
    }
  }

  /** Adds a generation that takes writes; the caller has sealed the preceding one, if any. */
  void begin(Generation next) {
    synchronized (monitor) {
      markFrozen();
      generations.addFirst(next);
      hasActive = true;
      install();
    }
  }

  /** Freezes the newest generation, which the caller has sealed, without adding another. */
  void freeze() {
    synchronized (monitor) {
      markFrozen();
      hasActive = false;
      install();
    }
  }

  /** The active generation, if there is one, will take no more writes. */
  @GuardedBy("monitor")
  private void markFrozen() {
    if (hasActive) {
      generations.getFirst().markFrozen();
    }
  }

  /** Removes the oldest generations, whose entries are in tables of the current version. */
  void removeFlushed(List<Generation> oldest) {
    synchronized (monitor) {
      for (Generation generation : oldest) {
        Generation removed = generations.removeLast();
        assert removed == generation : removed + " is older than " + generation;
      }
      removals++;
      install();
    }
    for (Generation generation : oldest) {
      generation.markFlushed();
      generation.release();
    }
  }

  /** Shows readers the current version after a compaction. */
  void installVersion() {
    synchronized (monitor) {
      install();
    }
  }

  /**
   * The generations to be flushed together, oldest first. Waits until there are enough of them, one
   * has waited for {@link #MAX_WAIT_NANOS}, or a thread waits for a flush. Empty when the list is
   * closing and none is left, or when the store has failed.
   */
  List<Generation> awaitFrozen() {
    synchronized (monitor) {
      while (!health.hasFailed()) {
        int frozen = frozen();
        if (frozen > 0) {
          long left = generations.getLast().frozenNanos() + MAX_WAIT_NANOS - System.nanoTime();
          if (frozenUnits() >= limits.flush() || closing || flushWaiters > 0 || left <= 0) {
            return oldest(Math.min(frozen, maxFlush()));
          }
          monitor.await(left);
        } else if (closing) {
          break;
        } else {
          monitor.await();
        }
      }
      return List.of();
    }
  }

  /**
   * Large values are not merged: there is nothing to gain from a larger flush, and writers wait for
   * its end.
   */
  @GuardedBy("monitor")
  private int maxFlush() {
    return generations.getLast().isMostlyLarge() ? limits.flush() : limits.throttle();
  }

  @GuardedBy("monitor")
  private List<Generation> oldest(int count) {
    List<Generation> oldest = new ArrayList<>(count);
    Iterator<Generation> upwards = generations.descendingIterator();
    for (int i = 0; i < count; i++) {
      oldest.add(upwards.next());
    }
    return oldest;
  }

  /**
   * Waits until fewer generations are frozen than the limits allow; returns whether it waited.
   *
   * @throws FirnException when they cannot be flushed now
   * @throws dev.firn.error.StoreFailedException when the store has failed
   */
  boolean awaitFrozenBelowLimit() {
    boolean waited = false;
    synchronized (monitor) {
      long seen = attempts;
      flushCalls += frozenUnits() >= limits.max() ? 1 : 0;
      while (frozenUnits() >= limits.max() && !health.hasFailed()) {
        throwSetback(seen);
        waited = true;
        awaitFlushLocked();
      }
    }
    health.check();
    return waited;
  }

  /**
   * Waits for the next flush, which begins at once; returns false when no generation is frozen.
   *
   * @throws FirnException when the generations cannot be flushed now
   * @throws dev.firn.error.StoreFailedException when the store has failed
   */
  boolean awaitFlush() {
    synchronized (monitor) {
      long before = removals;
      if (frozen() == 0) {
        return false;
      }
      long seen = attempts;
      flushCalls++;
      while (removals == before && !health.hasFailed()) {
        throwSetback(seen);
        awaitFlushLocked();
      }
    }
    health.check();
    return true;
  }

  @GuardedBy("monitor")
  private void awaitFlushLocked() {
    flushWaiters++;
    try {
      monitor.signalAll();
      monitor.awaitWork(health);
    } finally {
      flushWaiters--;
    }
  }

  /**
   * Waits until every generation with entries up to {@code sequence} is flushed.
   *
   * @throws FirnException when an attempt to flush them fails, which is made again
   * @throws dev.firn.error.StoreFailedException when the store has failed
   */
  void awaitFlushed(long sequence) {
    synchronized (monitor) {
      flushWaiters++;
      flushCalls++;
      long seen = attempts;
      try {
        monitor.signalAll();
        while (!generations.isEmpty()
            && generations.getLast().segment().firstSequence() <= sequence
            && !health.hasFailed()) {
          throwSetback(seen);
          monitor.awaitWork(health);
        }
      } finally {
        flushWaiters--;
      }
    }
    health.check();
  }

  /** Called when an attempt to flush begins. */
  void beginAttempt() {
    synchronized (monitor) {
      attempts++;
      callsAtAttempt = flushCalls;
    }
  }

  /**
   * Throws the failure of the last attempt to flush, unless it is one of the first {@code seen}.
   */
  @GuardedBy("monitor")
  private void throwSetback(long seen) {
    FirnException last = setback;
    if (last != null && failedAttempt > seen) {
      throw last;
    }
  }

  /**
   * Waits between two attempts of a flush; returns at once when a thread waits for it.
   *
   * @return whether there may be another attempt: false when the list was closing before
   */
  boolean awaitRetry(FirnException failure, long nanos) {
    synchronized (monitor) {
      boolean wasLast = closing;
      setback = failure;
      failedAttempt = attempts;
      monitor.signalAll();
      long end = System.nanoTime() + nanos;
      // A thread that came after the attempt began waits for the next one.
      long calls = callsAtAttempt;
      for (long left = nanos;
          left > 0 && !closing && flushCalls == calls && !health.hasFailed();
          left = end - System.nanoTime()) {
        monitor.await(left);
      }
      return !wasLast && !health.hasFailed();
    }
  }

  /** Called when a flush has succeeded. */
  void forgetSetback() {
    synchronized (monitor) {
      setback = null;
    }
  }

  /** Makes {@link #awaitFrozen} return an empty list once every frozen generation is flushed. */
  void close() {
    synchronized (monitor) {
      closing = true;
      monitor.signalAll();
    }
  }

  /** Whether {@link #close} was called. */
  boolean isClosing() {
    synchronized (monitor) {
      return closing;
    }
  }

  /** Wakes all waiting threads after a failure. */
  void wakeAll() {
    monitor.signalAll();
  }

  /** Whether more generations are frozen than a usual flush takes. */
  boolean isFlushBehind() {
    return frozenCount() > limits.flush();
  }

  /** The number of generations that wait to be flushed. */
  int frozenCount() {
    synchronized (monitor) {
      return frozen();
    }
  }

  /** Whether there is a generation with entries, which no table has yet. */
  boolean hasUnflushed() {
    synchronized (monitor) {
      return generations.stream().anyMatch(g -> g.segment().entries() > 0);
    }
  }

  /** Releases the generations that were not flushed; called when there are no readers. */
  void releaseAll() {
    synchronized (monitor) {
      hasActive = false;
      for (Generation next = generations.poll(); next != null; next = generations.poll()) {
        next.release();
      }
    }
  }

  @GuardedBy("monitor")
  private int frozen() {
    return generations.size() - (hasActive ? 1 : 0);
  }

  /** The frozen generations, counted by their size. */
  @GuardedBy("monitor")
  private int frozenUnits() {
    int units = 0;
    for (Generation generation : generations) {
      units += limits.units(generation);
    }
    return hasActive ? units - limits.units(generations.getFirst()) : units;
  }

  @GuardedBy("monitor")
  private void install() {
    Version version = versions.current();
    try {
      currentView.install(notIn(version), hasActive, version);
      throttle.setPressure(
          pressure(frozenUnits(), aside.mergeableRuns(version.shape())),
          aside.mergeableBytes(version.shape()));
    } finally {
      version.release();
    }
    monitor.signalAll();
  }

  /**
   * The generations whose entries are not in a version's tables, newest first. A flush changes the
   * version first and removes its generations from this list second. A view installed between the
   * two must not have their entries twice: a scan relies on distinct pairs of key and sequence.
   */
  @GuardedBy("monitor")
  private List<Generation> notIn(Version version) {
    long floor = version.state().journalFloor();
    return generations.stream().filter(g -> g.segment().number() >= floor).toList();
  }

  /** How far background work is behind: 0 = not at all, 1 = to the limit; level 0 may exceed it. */
  private double pressure(int frozen, int levelZeroRuns) {
    double memory = (double) (frozen - limits.throttle()) / (limits.max() - limits.throttle());
    double runs = (double) (levelZeroRuns - THROTTLE_RUNS) / (MAX_PRESSURE_RUNS - THROTTLE_RUNS);
    return Math.max(Math.min(memory, 1), runs);
  }
}
