package dev.firn.engine;

import dev.firn.compaction.CompactionResult;
import dev.firn.core.InternalCursor;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.error.FirnException;
import dev.firn.memtable.MemTableRanges;
import dev.firn.memtable.PrefetchingWalk;
import dev.firn.version.MergingCursor;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionSet;
import dev.firn.wal.JournalSegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Writes frozen generations to tables, several to a run, oldest first.
 *
 * <p><b>Threading.</b> {@link #run} belongs to the flush thread; any thread may call the rest.
 */
final class Flusher implements Runnable {

  private static final String FLUSHING = "flushing";

  private final VersionSet versions;
  private final GenerationList generations;
  private final VisibleSequence visible;
  private final TableMaker tables;
  private final Syncer syncer;
  private final Runnable afterFlush;
  private final Health health;
  private final Retry retry;
  private final MemoryRetry memoryRetry;

  private final LongAdder flushes = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();

  /**
   * @param syncer puts the values on the device that stay in their journal segments
   * @param afterFlush called when level 0 has a new run
   */
  Flusher(
      VersionSet versions,
      GenerationList generations,
      VisibleSequence visible,
      TableMaker tables,
      Syncer syncer,
      Runnable afterFlush,
      Health health) {
    this.versions = versions;
    this.generations = generations;
    this.visible = visible;
    this.tables = tables;
    this.syncer = syncer;
    this.afterFlush = afterFlush;
    this.health = health;
    this.retry = new Retry(health, FLUSHING);
    this.memoryRetry = new MemoryRetry(health, generations::isClosing, versions::hasFailed);
  }

  /** Flushes until the list of generations is closed and has no frozen one, or the store fails. */
  @Override
  public void run() {
    List<Generation> frozen = List.of();
    try {
      for (frozen = generations.awaitFrozen();
          !frozen.isEmpty();
          frozen = generations.awaitFrozen()) {
        flush(frozen);
      }
    } catch (Throwable t) {
      if (health.cause == null) {
        health.cause = t; // first of all: there may be no stack and no memory for anything else
      }
      health.fail("flushing " + (frozen.isEmpty() ? "" : frozen.getFirst().segment().path()), t);
    }
  }

  private void flush(List<Generation> frozen) {
    JournalSegment last = frozen.getLast().segment();
    visible.await(last.lastSequence());
    CompactionResult result = retried(() -> write(frozen));
    // After the values were read: it finds a page that the mapping lost before that. One that is
    // lost later fails the sync.
    frozen.forEach(generation -> memoryRetry.run(FLUSHING, () -> verified(generation)));
    keepValueFiles(frozen, result.edit());
    VersionEdit edit =
        result
            .edit()
            .with(new JournalFloor(last.number() + 1), new LastSequence(last.lastSequence()));
    // The same edit again: a failed attempt may be on the device, so its tables must stay.
    retried(
        () -> {
          versions.apply(edit);
          return edit;
        });
    retry.succeeded();
    generations.forgetSetback();
    bytesWritten.add(result.bytesWritten());
    flushes.increment();
    generations.removeFlushed(frozen);
    afterFlush.run();
  }

  private CompactionResult write(List<Generation> frozen) {
    PrefetchingWalk walk = new PrefetchingWalk(frozen.stream().map(Generation::memTable).toList());
    try (InternalCursor entries = merged(walk.cursors())) {
      long age = System.nanoTime() - frozen.getFirst().begunAtNanos();
      return tables.flush(entries, ranges(frozen), walk::prefetch, age, frozen);
    }
  }

  /** Before the edit counts, what it refers to in the generations' segments is on the device. */
  private void keepValueFiles(List<Generation> frozen, VersionEdit edit) {
    Set<Long> numbers = edit.valueFiles();
    if (!numbers.isEmpty()) {
      memoryRetry.run(FLUSHING, () -> synced(frozen.getLast()));
      for (Generation generation : frozen) {
        generation.setValueFile(numbers.contains(generation.segment().number()));
      }
    }
  }

  private static RangeFragmenter ranges(List<Generation> frozen) {
    RangeFragmenter all = new RangeFragmenter();
    for (Generation generation : frozen) {
      MemTableRanges ranges = generation.memTable().ranges();
      if (ranges != null) {
        ranges.forEach(all::add);
      }
    }
    return all;
  }

  private boolean synced(Generation generation) {
    syncer.sync(generation.segment());
    return true;
  }

  private static boolean verified(Generation generation) {
    generation.segment().verify();
    return true;
  }

  /** Does a step until it succeeds: what it writes is safe in the journal meanwhile. */
  private <T> T retried(Supplier<T> step) {
    for (; ; ) {
      generations.beginAttempt();
      try {
        return memoryRetry.run(FLUSHING, step);
      } catch (FirnException e) {
        boolean again = Retry.mayHelp(e) && !versions.hasFailed() && !health.hasFailed();
        if (!again || !generations.awaitRetry(e, retry.failed(e))) {
          throw e;
        }
      }
    }
  }

  private static InternalCursor merged(List<InternalCursor> cursors) {
    return cursors.size() == 1 ? cursors.getFirst() : new MergingCursor(cursors);
  }

  /** The number of flushes. */
  long flushes() {
    return flushes.sum();
  }

  /** Bytes of the tables written. */
  long bytesWritten() {
    return bytesWritten.sum();
  }
}
