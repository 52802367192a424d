package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.sstable.Table;
import dev.firn.sstable.ValueChecksum;
import dev.firn.sstable.ValueFile;
import dev.firn.sstable.ValueReference;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks every byte of the manifest and the tables, pass after pass, at a bounded rate.
 * It finds what the device has lost before a reader needs it, while a copy may exist elsewhere.
 *
 * <p>A pass lists the tables when it begins, reads them one by one, and holds one at a time. A
 * table that a compaction replaced meanwhile is skipped. A new one was read when it was written.
 *
 * <p><b>Threading.</b> {@link #run} belongs to the scrub thread; any thread may call the rest.
 */
public final class Scrubber implements Runnable {

  /** Shortest pause: the thread reads on until the pause it owes is this long. */
  private static final long MIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final VersionSet versions;
  private final Health health;
  private final long intervalNanos;
  private final long bytesPerSecond;

  private final Monitor monitor = new Monitor();

  @GuardedBy("monitor")
  private boolean requested;

  @GuardedBy("monitor")
  private boolean running;

  @GuardedBy("monitor")
  private long passes;

  @GuardedBy("monitor")
  private @Nullable Instant lastFinished;

  private final ValueChecksum checksum = new ValueChecksum(Arena.ofAuto());

  private volatile boolean closing;
  private volatile long bytesDone;
  private volatile long bytesTotal;

  /** The value of {@link #bytesDone}; the scrub thread's own. */
  private long done;

  /** The time at which the bytes read so far are within the rate. */
  private long earliestNextRead;

  /**
   * @param intervalNanos from opening, and from the end of a pass, to the begin of the next; 0 =
   *     passes on request only
   */
  Scrubber(VersionSet versions, Health health, long intervalNanos, long bytesPerSecond) {
    this.versions = versions;
    this.health = health;
    this.intervalNanos = intervalNanos;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Begins a pass, unless one is running. */
  void request() {
    synchronized (monitor) {
      requested = true;
      monitor.signalAll();
    }
  }

  /** Ends the running pass after the current block, and begins no other. */
  void close() {
    synchronized (monitor) {
      closing = true;
      monitor.signalAll();
    }
  }

  /** Scrubs until the scrubber is closed. */
  @Override
  public void run() {
    try {
      while (awaitPass()) {
        tryPass();
      }
    } catch (CancellationException e) {
      // Closed during a pass.
    } catch (Throwable t) {
      if (health.cause == null) {
        health.cause = t; // first of all: there may be no stack and no memory for anything else
      }
      health.fail("scrubbing", t);
    }
  }

  private void tryPass() {
    boolean whole = false;
    try {
      pass();
      whole = true;
    } catch (CancellationException e) {
      throw e;
    } catch (StorageException | IllegalStateException e) {
      // Not a table, but the folder or the version could not be read: the next pass may succeed.
      health.warn("scrubbing", e);
    } catch (Throwable t) {
      if (health.cause == null) {
        health.cause = t; // first of all: there may be no stack and no memory for anything else
      }
      health.fail("scrubbing", t);
    } finally {
      finished(whole);
    }
  }

  private boolean awaitPass() {
    synchronized (monitor) {
      long begin = System.nanoTime();
      while (!requested && !closing) {
        long left = begin + intervalNanos - System.nanoTime();
        if (intervalNanos == 0) {
          monitor.await();
        } else if (left > 0) {
          monitor.await(left);
        } else {
          break;
        }
      }
      requested = false;
      running = !closing;
      return running;
    }
  }

  private void finished(boolean whole) {
    synchronized (monitor) {
      running = false;
      // The pass that has ended answers requests made while it ran.
      requested = false;
      if (whole) {
        passes++;
        lastFinished = Instant.now();
      }
    }
  }

  private void pass() {
    List<Table> tables;
    long total = 0;
    Version version = versions.current();
    try {
      tables = version.tables();
      for (Table table : tables) {
        total += table.metadata().fileBytes() + table.metadata().references().bytes();
      }
    } finally {
      version.release();
    }
    done = 0;
    bytesDone = 0;
    bytesTotal = total;
    earliestNextRead = System.nanoTime();
    scrubManifest();
    for (Table table : tables) {
      scrub(table);
    }
  }

  private void scrubManifest() {
    try {
      limitRate(versions.verify());
    } catch (CorruptionException | StorageException e) {
      health.damaged("scrubbing", e);
    }
  }

  private void scrub(Table table) {
    if (table.isObsolete() || !table.tryAcquire()) {
      return; // a compaction replaced it
    }
    try {
      table.verify(this::progress);
      TableValues.forEach(table, reference -> scrub(table, reference));
    } catch (CorruptionException | StorageException e) {
      health.damaged("scrubbing", e);
    } finally {
      table.release();
    }
  }

  /** Reads a value, unless a compaction has replaced the table: it may be gone then. */
  private void scrub(Table table, ValueReference reference) {
    Version version = versions.current();
    try {
      ValueFile file = version.valueFiles().file(reference.file());
      if (file != null && !table.isObsolete()) {
        file.verify(reference, checksum);
      }
    } catch (CorruptionException | StorageException e) {
      health.damaged("scrubbing", e);
    } finally {
      version.release();
    }
    progress(reference.length());
  }

  private void progress(long read) {
    done += read;
    bytesDone = done;
    limitRate(read);
  }

  /** Pauses as long as the rate demands after {@code bytes} were read. */
  private void limitRate(long bytes) {
    if (closing) {
      throw new CancellationException();
    }
    earliestNextRead += (long) (bytes * 1e9 / bytesPerSecond);
    long now = System.nanoTime();
    if (earliestNextRead - now < MIN_PAUSE_NANOS) {
      // A slow read earns at most one pause's worth of faster reads later.
      earliestNextRead = Math.max(earliestNextRead, now - MIN_PAUSE_NANOS);
      return;
    }
    synchronized (monitor) {
      while (!closing && earliestNextRead - System.nanoTime() > 0) {
        monitor.await(earliestNextRead - System.nanoTime());
      }
    }
  }

  /** The progress of the running pass and the passes finished. */
  public Status status() {
    synchronized (monitor) {
      return new Status(running || requested, bytesDone, bytesTotal, passes, lastFinished);
    }
  }

  /**
   * The state of a scrubber.
   *
   * @param running whether a pass is running or about to begin
   * @param bytesDone bytes read by the running pass, or by the last one
   * @param bytesTotal bytes that were to be read when that pass began
   * @param passes the number of passes finished
   * @param lastFinished when the last pass finished
   */
  public record Status(
      boolean running,
      long bytesDone,
      long bytesTotal,
      long passes,
      @Nullable Instant lastFinished) {}
}
