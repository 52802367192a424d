package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.sstable.Table;
import dev.firn.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte of the store's files again and again, at a bounded rate, so that what the device
 * has lost is known while there still is a copy elsewhere, and not when somebody needs it.
 *
 * <p>A pass takes the tables that there are when it begins, one after the other, and holds one at a
 * time: those that a merge replaced meanwhile are left out, and those that are new were read when
 * they were written.
 *
 * <p><b>Threading.</b> {@link #run} is the scrubbing thread's; the rest may be called by any
 * thread.
 */
public final class Scrubber implements Runnable {

  /** What was read is paid for with a pause when it is so much. */
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final EngineParts parts;
  private final long intervalNanos;
  private final long bytesPerSecond;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private boolean asked;

  @GuardedBy("lock")
  private boolean running;

  @GuardedBy("lock")
  private long passes;

  @GuardedBy("lock")
  private @Nullable Instant lastFinished;

  private volatile boolean closing;
  private volatile long bytesDone;
  private volatile long bytesTotal;

  /** What {@link #bytesDone} shows. */
  private long done;

  /** When the bytes that were read so far are paid for. */
  private long paidNanos;

  /**
   * @param intervalNanos from the opening, and from the end of a pass, to the begin of the next; 0
   *     = passes begin only when somebody asks for one
   */
  Scrubber(EngineParts parts, long intervalNanos, long bytesPerSecond) {
    this.parts = parts;
    this.intervalNanos = intervalNanos;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Begins a pass, unless one is under way. */
  void ask() {
    lock.lock();
    try {
      asked = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the pass that is under way, within a block. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Scrubs until the scrubber is closed. */
  @Override
  public void run() {
    while (awaitPass()) {
      boolean whole = false;
      try {
        pass();
        whole = true;
      } catch (CancellationException e) {
        return;
      } catch (StorageException | IllegalStateException e) {
        // No table, but the folder itself or the version: the next pass may get further.
        parts.health.warn("scrubbing", e);
      } catch (Throwable t) {
        parts.health.fail("scrubbing", t);
      } finally {
        finished(whole);
      }
    }
  }

  private boolean awaitPass() {
    lock.lock();
    try {
      long begin = System.nanoTime();
      while (!asked && !closing) {
        long left = begin + intervalNanos - System.nanoTime();
        if (intervalNanos == 0) {
          changed.awaitUninterruptibly();
        } else if (left > 0) {
          Uninterrupted.await(changed, left);
        } else {
          break;
        }
      }
      asked = false;
      running = !closing;
      return running;
    } finally {
      lock.unlock();
    }
  }

  private void finished(boolean whole) {
    lock.lock();
    try {
      running = false;
      // Asked for while it was under way: that is this one.
      asked = false;
      if (whole) {
        passes++;
        lastFinished = Instant.now();
      }
    } finally {
      lock.unlock();
    }
  }

  private void pass() {
    List<Long> numbers = new ArrayList<>();
    long total = 0;
    Version version = parts.versions.current();
    try {
      for (Table table : version.tables()) {
        numbers.add(table.metadata().number());
        total += table.metadata().fileBytes();
      }
    } finally {
      version.release();
    }
    done = 0;
    bytesDone = 0;
    bytesTotal = total;
    paidNanos = System.nanoTime();
    scrubManifest();
    for (long number : numbers) {
      scrub(number);
    }
  }

  private void scrubManifest() {
    try {
      pay(parts.versions.verify());
    } catch (CorruptionException | StorageException e) {
      parts.health.damaged("scrubbing", e);
    }
  }

  private void scrub(long number) {
    Table table = acquire(number);
    if (table == null) {
      return;
    }
    try {
      table.verify(
          read -> {
            done += read;
            bytesDone = done;
            pay(read);
          });
    } catch (CorruptionException | StorageException e) {
      parts.health.damaged("scrubbing", e);
    } finally {
      table.release();
    }
  }

  /** The table of this number with a reference for the caller, or null when a merge replaced it. */
  private @Nullable Table acquire(long number) {
    Version version = parts.versions.current();
    try {
      for (Table table : version.tables()) {
        if (table.metadata().number() == number) {
          table.acquire();
          return table;
        }
      }
      return null;
    } finally {
      version.release();
    }
  }

  /** Waits until so many bytes more may have been read. */
  private void pay(long bytes) {
    if (closing) {
      throw new CancellationException();
    }
    paidNanos += (long) (bytes * 1e9 / bytesPerSecond);
    long now = System.nanoTime();
    if (paidNanos - now < STEP_NANOS) {
      // Bytes that took longer than they may are not made up for.
      paidNanos = Math.max(paidNanos, now - STEP_NANOS);
      return;
    }
    lock.lock();
    try {
      while (!closing && paidNanos - System.nanoTime() > 0) {
        Uninterrupted.await(changed, paidNanos - System.nanoTime());
      }
    } finally {
      lock.unlock();
    }
  }

  /** How far it is: whether a pass is under way, its bytes, and how many were finished. */
  public Status status() {
    lock.lock();
    try {
      return new Status(running || asked, bytesDone, bytesTotal, passes, lastFinished);
    } finally {
      lock.unlock();
    }
  }

  /**
   * How far a scrubber is.
   *
   * @param running whether a pass is under way, or about to begin
   * @param bytesDone how much of it is done; of the last one if none is under way
   * @param bytesTotal how much there was to do when it began
   * @param passes how many were finished
   * @param lastFinished when the last one was
   */
  public record Status(
      boolean running,
      long bytesDone,
      long bytesTotal,
      long passes,
      @Nullable Instant lastFinished) {}
}
