package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.compaction.AsidePicker;
import dev.firn.compaction.Compaction;
import dev.firn.compaction.CompactionPicker;
import dev.firn.compaction.CompactionPolicy;
import dev.firn.compaction.CompactionResult;
import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.version.Version;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionSet;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Compacts tables in the background, one compaction at a time, while the picker finds one.
 *
 * <p>Under load, that is while flushes follow each other, compactions are deferred: level 0 may
 * have more runs, and a running compaction pauses while flushes are behind. At rest, level 0 is
 * compacted to a run count that suits readers. The runs that remain there are compacted once
 * cursors have read enough of them, see {@link ReadLoad}.
 *
 * <p><b>Threading.</b> {@link #run} belongs to the compaction thread; any thread may call the rest.
 */
final class Compactor implements Runnable {

  /** Under load, the limit of level-0 runs is multiplied by this. */
  private static final int LOAD_FACTOR = 3;

  /** At rest, the limit of level-0 runs is divided by this. */
  private static final int REST_DIVISOR = 2;

  /** The store is at rest after this time without a flush. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** One pause for a flush; the compaction runs for a third of that before it checks again. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final String COMPACTING = "compacting tables";

  private final VersionSet versions;
  private final CompactionPolicy loadPolicy;
  private final CompactionPolicy restPolicy;
  private final TableMaker tables;
  private final ValueSpace values;
  private final GenerationList generations;
  private final ReadLoad readLoad;
  private final Health health;
  private final TablesAside aside;
  private final CompactionFailures failures;
  private final MemoryRetry memoryRetry;

  private final Monitor monitor = new Monitor();

  @GuardedBy("monitor")
  private boolean woken = true;

  /** The number of full compactions requested. */
  @GuardedBy("monitor")
  private long fullRequested;

  /** The number of requested full compactions that are done. */
  @GuardedBy("monitor")
  private long fullDone;

  /** Why the last full compaction that failed did. */
  @GuardedBy("monitor")
  private @Nullable FirnException fullFailure;

  /** The number of requested full compactions up to that one. */
  @GuardedBy("monitor")
  private long fullFailed;

  /** When the version last changed, other than by a compaction. */
  @GuardedBy("monitor")
  private long wokenAt = System.nanoTime();

  /** Whether the picker found nothing at rest. */
  @GuardedBy("monitor")
  private boolean settled;

  private volatile boolean closing;

  /** The time to wait before the next compaction; the compaction thread's own. */
  private long pauseNanos;

  Compactor(
      VersionSet versions,
      CompactionPolicy policy,
      TableMaker tables,
      ValueSpace values,
      GenerationList generations,
      ReadLoad readLoad,
      Health health,
      TablesAside aside,
      CompactionFailures failures) {
    this.versions = versions;
    this.loadPolicy = policy.withLevelZeroRuns(LOAD_FACTOR * policy.levelZeroRuns());
    this.restPolicy = policy.withLevelZeroRuns(Math.max(1, policy.levelZeroRuns() / REST_DIVISOR));
    this.tables = tables;
    this.values = values;
    this.generations = generations;
    this.readLoad = readLoad;
    this.health = health;
    this.aside = aside;
    this.failures = failures;
    this.memoryRetry = new MemoryRetry(health, () -> closing, versions::hasFailed);
  }

  /** Compacts until the compactor is closed or the store fails. */
  @Override
  public void run() {
    try {
      while (awaitWork()) {
        long target = fullRequested();
        boolean full = target > fullDone();
        long before = full ? versions.allocateNumber() : 0;
        boolean atRest = isAtRest();
        while (!closing && compactOnce(full, target, before, atRest)) {
          pause();
          generations.installVersion();
          readLoad.reset();
          atRest = isAtRest();
          full &= !fullHasFailed(target);
          if (!full && fullRequested() > fullDone()) {
            break;
          }
        }
        if (!closing) {
          values.punch(() -> closing);
        }
        finished(target, atRest);
        if (atRest && !closing) {
          offerToReaders();
        }
      }
    } catch (CancellationException e) {
      // Closing cancelled the compaction, which left nothing.
    } catch (Throwable t) {
      if (health.cause == null) {
        health.cause = t; // first of all: there may be no stack and no memory for anything else
      }
      health.fail(COMPACTING, t);
    } finally {
      closing = true;
      close();
    }
  }

  /** Called after a flush and after a tree was dropped: looks for work; the store is under load. */
  void wake() {
    synchronized (monitor) {
      woken = true;
      wokenAt = System.nanoTime();
      settled = false;
      readLoad.reset();
      monitor.signalAll();
    }
  }

  /**
   * Compacts everything into one run; returns when that is done or the compactor has ended.
   *
   * @throws FirnException when that failed, for want of room for example
   */
  void compactAll() {
    synchronized (monitor) {
      long mine = ++fullRequested;
      woken = true;
      monitor.signalAll();
      while (fullDone < mine && !closing && !health.hasFailed()) {
        monitor.awaitWork(health);
      }
      FirnException failure = fullFailure;
      if (failure != null && fullFailed >= mine) {
        throw failure;
      }
    }
  }

  /** Cancels the running compaction and begins no other. */
  void close() {
    synchronized (monitor) {
      closing = true;
      monitor.signalAll();
    }
  }

  /**
   * Runs one compaction, if the picker finds one. Sets the time to wait if it fails.
   *
   * @param full whether everything is to be compacted into one run
   * @param target the number of full compactions requested
   * @param before for a full compaction: only tables with lower numbers are compacted
   * @return whether to look for another
   */
  private boolean compactOnce(boolean full, long target, long before, boolean atRest) {
    Version version = versions.current();
    try {
      Optional<Compaction> picked = full ? pickFull(version, before) : pick(version, atRest);
      if (picked.isPresent()) {
        CompactionResult result;
        try {
          result =
              memoryRetry.run(
                  COMPACTING, () -> tables.compact(version, picked.get(), this::pauseForFlush));
        } catch (FirnException e) {
          pauseNanos = failures.failed(e, version);
          if (full && pauseNanos > 0) {
            fullHasFailedFor(e, target);
          }
          return true;
        }
        apply(result.edit());
        failures.succeeded();
      }
      return picked.isPresent();
    } catch (OutOfMemoryError e) {
      if (closing && !versions.hasFailed()) {
        throw new CancellationException(); // the next opening does it
      }
      throw e;
    } finally {
      version.release();
    }
  }

  /** Applies an edit, and the same one again: a failed attempt may be on the device. */
  private void apply(VersionEdit edit) {
    for (; ; ) {
      try {
        memoryRetry.run(
            COMPACTING,
            () -> {
              versions.apply(edit);
              return edit;
            });
        return;
      } catch (DiskFullException e) {
        if (versions.hasFailed()) {
          throw e;
        }
        fullHasFailedFor(e, fullRequested());
        pauseNanos = failures.editFailed(e);
        pause();
      }
    }
  }

  /** Waits before the next attempt; cancels what is tried when the compactor is closed. */
  private void pause() {
    long nanos = pauseNanos;
    pauseNanos = 0;
    long end = System.nanoTime() + nanos;
    synchronized (monitor) {
      for (long left = nanos;
          left > 0 && !closing && !health.hasFailed();
          left = end - System.nanoTime()) {
        monitor.await(left);
      }
    }
    if (closing || health.hasFailed()) {
      throw new CancellationException("the compactor was closed");
    }
  }

  private Optional<Compaction> pickFull(Version version, long before) {
    return around(version, loadPolicy)
        .pick(
            shape ->
                CompactionPicker.pickFull(
                    shape, version.trees(), loadPolicy, before, tables.oldestClock()));
  }

  private Optional<Compaction> pick(Version version, boolean atRest) {
    CompactionPolicy policy = atRest ? restPolicy : loadPolicy;
    Optional<Compaction> picked =
        around(version, policy)
            .pick(
                shape ->
                    CompactionPicker.pick(
                        shape, version.trees(), policy, tables.moment(atRest, version)));
    return picked.isEmpty() && atRest && readLoad.isDue() ? pickForReaders(version) : picked;
  }

  private Optional<Compaction> pickForReaders(Version version) {
    return around(version, restPolicy)
        .pick(shape -> CompactionPicker.pickForReaders(shape, restPolicy));
  }

  /** Picks around the tables that are set aside. */
  private AsidePicker around(Version version, CompactionPolicy policy) {
    return new AsidePicker(version.shape(), version.trees(), policy, aside.numbers());
  }

  /** Offers the compaction that only reads can justify. */
  private void offerToReaders() {
    Version version = versions.current();
    try {
      pickForReaders(version)
          .ifPresent(picked -> readLoad.offer(picked.entries(), this::wakeAtRest));
    } finally {
      version.release();
    }
  }

  /** Looks for work; the store stays at rest. */
  void wakeAtRest() {
    synchronized (monitor) {
      woken = true;
      monitor.signalAll();
    }
  }

  /** Pauses while flushes are behind; returns whether the compaction is cancelled. */
  private boolean pauseForFlush() {
    if (generations.isFlushBehind() && !closing) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return closing;
  }

  /** Waits until the version has changed or the store is at rest; returns whether to go on. */
  private boolean awaitWork() {
    synchronized (monitor) {
      while (!woken && !closing && !health.hasFailed()) {
        long left = wokenAt + QUIET_NANOS - System.nanoTime();
        if (!settled && left <= 0) {
          break;
        }
        if (settled && values.isWaiting()) {
          monitor.await(QUIET_NANOS);
          break;
        }
        if (settled) {
          monitor.await();
        } else {
          monitor.await(left);
        }
      }
      woken = false;
      return !closing && !health.hasFailed();
    }
  }

  private boolean isAtRest() {
    synchronized (monitor) {
      return System.nanoTime() - wokenAt >= QUIET_NANOS;
    }
  }

  /** Lets the threads that wait for a full compaction know that it failed, and gives it up. */
  private void fullHasFailedFor(FirnException failure, long target) {
    synchronized (monitor) {
      fullFailure = failure;
      fullFailed = target;
      fullDone = Math.max(fullDone, target);
      monitor.signalAll();
    }
  }

  private boolean fullHasFailed(long target) {
    synchronized (monitor) {
      return fullFailed >= target && target > 0;
    }
  }

  private long fullRequested() {
    synchronized (monitor) {
      return fullRequested;
    }
  }

  private long fullDone() {
    synchronized (monitor) {
      return fullDone;
    }
  }

  private void finished(long target, boolean atRest) {
    synchronized (monitor) {
      settled = atRest && !woken;
      fullDone = Math.max(fullDone, target);
      monitor.signalAll();
    }
  }
}
