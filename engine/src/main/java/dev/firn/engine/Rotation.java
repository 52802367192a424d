package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.MemoryBudget;
import dev.firn.error.DiskFullException;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.LargeValues;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalFormat;
import dev.firn.wal.JournalSegment;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Begins the next generation when the active one is full, and stops writers while too many
 * generations are frozen.
 *
 * <p><b>Threading.</b> Any thread; one rotation at a time.
 */
final class Rotation {

  /**
   * How often a writer waits for memory that no flush will free: an open cursor may keep it, or the
   * record is larger than the bound. Then the bound is exceeded.
   */
  private static final int MAX_WAITS = 20;

  private static final long WAIT_NANOS = 1_000_000;

  private final Journal journal;
  private final ArenaPool arenas;
  private final MemoryBudget budget;
  private final GenerationList generations;
  private final Executor maintenance;
  private final Supplier<LargeValues> largeValues;
  private final Health health;
  private final LongAdder stalls = new LongAdder();
  private final LongAdder stalledNanos = new LongAdder();
  private final Object lock = new Object();

  /** The normalizer of the next memtable, made from the keys of a sealed one. Only for speed. */
  private volatile KeyNormalizer normalizer;

  @GuardedBy("lock")
  private @Nullable Generation active;

  @GuardedBy("lock")
  private long nextSequence;

  @GuardedBy("lock")
  private boolean closed;

  /** An activated segment that the manifest does not require yet, because there was no room. */
  @GuardedBy("lock")
  private @Nullable JournalSegment unrequired;

  /**
   * @param maintenance runs tasks that a rotation need not wait for
   * @param normalizer the normalizer of the first memtable
   * @param largeValues which values stay in value files
   * @param nextSequence the first unused sequence
   */
  Rotation(
      Journal journal,
      ArenaPool arenas,
      MemoryBudget budget,
      GenerationList generations,
      Executor maintenance,
      Health health,
      KeyNormalizer normalizer,
      Supplier<LargeValues> largeValues,
      long nextSequence) {
    this.largeValues = largeValues;
    this.journal = journal;
    this.arenas = arenas;
    this.budget = budget;
    this.generations = generations;
    this.maintenance = maintenance;
    this.health = health;
    this.normalizer = normalizer;
    this.nextSequence = nextSequence;
  }

  /**
   * Begins the next generation, unless another thread has done so.
   *
   * @param full the generation that had no room, or null when there was none
   * @param recordBytes the room in the journal that the caller needs
   * @param nodeBytes the room in the memtable that the caller needs
   */
  void rotate(@Nullable Generation full, long recordBytes, long nodeBytes) {
    synchronized (lock) {
      if (closed) {
        throw StoreClosed.exception();
      }
      if (active != full && active != null && !active.segment().isSealed()) {
        return;
      }
      long arenaBytes = MemTable.arenaBytes(nodeBytes);
      awaitRoom(arenaBytes, recordBytes);
      seal();
      // The large one first: when there is no memory, nothing has happened.
      MemTableArena arena = arena(arenaBytes);
      begin(arena, segment(arena, recordBytes));
    }
  }

  /** When the JVM has no memory, a flush frees some. */
  private MemTableArena arena(long bytes) {
    while (true) {
      try {
        return arenas.take(bytes);
      } catch (OutOfMemoryError e) {
        health.warn("making a memtable, which is tried again after a flush", e);
        if (!generations.awaitFlush()) {
          throw e;
        }
      }
    }
  }

  @GuardedBy("lock")
  private JournalSegment segment(MemTableArena arena, long recordBytes) {
    try {
      JournalSegment segment = takeUnrequired(recordBytes);
      if (segment == null) {
        segment = journal.rotate(nextSequence, recordBytes);
        unrequired = segment;
      }
      generations.require(segment);
      unrequired = null;
      return segment;
    } catch (Throwable t) {
      arenas.giveBack(arena);
      if (t instanceof DiskFullException) {
        // The flush of what is full gives its segment back.
        freeze();
      } else {
        unrequired = null;
      }
      throw t;
    }
  }

  /** The segment that an earlier attempt activated, if the record fits into it. */
  @GuardedBy("lock")
  private @Nullable JournalSegment takeUnrequired(long recordBytes) {
    JournalSegment segment = unrequired;
    if (segment != null && segment.size() - JournalFormat.HEADER_BYTES < recordBytes) {
      unrequired = null;
      segment.release();
      return null;
    }
    return segment;
  }

  /**
   * Begins a generation. If that fails the store does, because the segment is in use and nothing
   * would be written to it.
   */
  @GuardedBy("lock")
  private void begin(MemTableArena arena, JournalSegment segment) {
    try {
      MemTable memTable = new MemTable(arena, segment.memory(), normalizer);
      memTable.count(largeValues.get());
      Generation next = new Generation(segment, memTable, arena, arenas, journal);
      generations.begin(next);
      active = next;
    } catch (Throwable t) {
      if (health.cause == null) {
        health.cause = t; // first of all: there may be no stack and no memory for anything else
      }
      throw health.fail("beginning to write to " + segment.path(), t);
    }
  }

  /**
   * Freezes the active generation if it has entries, so that it is flushed.
   *
   * @return the last sequence of the frozen generations
   */
  long freeze() {
    synchronized (lock) {
      if (active != null && active.segment().entries() > 0) {
        seal();
        generations.freeze();
        // Last: a writer that still sees it begins the next generation, whatever failed here.
        active = null;
      }
      return nextSequence - 1;
    }
  }

  /** Begins no further generation, and freezes the active one. */
  void close() {
    synchronized (lock) {
      closed = true;
      freeze();
      JournalSegment unused = unrequired;
      unrequired = null;
      if (unused != null) {
        unused.release();
      }
    }
  }

  /** How often a writer waited for a flush. */
  long stalls() {
    return stalls.sum();
  }

  /** The total time of those waits. */
  long stalledNanos() {
    return stalledNanos.sum();
  }

  @GuardedBy("lock")
  private void seal() {
    if (active != null) {
      active.segment().seal();
      nextSequence = active.segment().lastSequence() + 1;
      prepareLater(active);
    }
  }

  /**
   * Derives the next normalizer from a sealed generation, in a maintenance task because it takes
   * half a millisecond. The generation after the next one uses it. Large values, which the flush
   * has to sync, begin to be written to the device.
   */
  private void prepareLater(Generation sealed) {
    if (sealed.tryAcquire()) {
      try {
        maintenance.execute(() -> afterSeal(sealed));
      } catch (RejectedExecutionException e) {
        sealed.release(); // the store is closing
      } catch (Throwable t) {
        sealed.release();
        throw t;
      }
    }
  }

  private void afterSeal(Generation sealed) {
    try {
      normalizer = sealed.memTable().learnNormalizer();
    } catch (OutOfMemoryError e) {
      health.warn("preparing a memtable", e); // the preceding normalizer will do
    } finally {
      sealed.release();
    }
  }

  private void awaitRoom(long arenaBytes, long recordBytes) {
    long start = System.nanoTime();
    boolean waited = generations.awaitFrozenBelowLimit();
    for (int waits = 0; waits < MAX_WAITS && !hasRoom(arenaBytes, recordBytes); ) {
      waited = true;
      if (!generations.awaitFlush()) {
        // Readers may release the flushed generations a little later.
        LockSupport.parkNanos(WAIT_NANOS);
        waits++;
      }
    }
    if (waited) {
      stalls.increment();
      stalledNanos.add(System.nanoTime() - start);
    }
  }

  private boolean hasRoom(long arenaBytes, long recordBytes) {
    return budget.hasRoom(arenas.missingBytes(arenaBytes) + journal.missingBytes(recordBytes));
  }
}
