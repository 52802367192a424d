package dev.firn.engine;

import dev.firn.compaction.CompactionResult;
import dev.firn.core.InternalCursor;
import dev.firn.memtable.PrefetchingWalk;
import dev.firn.version.MergingCursor;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionSet;
import dev.firn.wal.JournalSegment;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes frozen generations to tables, several to a run, oldest first.
 *
 * <p><b>Threading.</b> {@link #run} is the flushing thread's; the rest may be called by any thread.
 */
final class Flusher implements Runnable {

  private final VersionSet versions;
  private final GenerationList layers;
  private final VisibleSequence visible;
  private final TableMaker tables;
  private final Runnable afterFlush;
  private final Health health;

  private final LongAdder flushes = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();

  /**
   * @param afterFlush called when a run was added to level 0
   */
  Flusher(
      VersionSet versions,
      GenerationList layers,
      VisibleSequence visible,
      TableMaker tables,
      Runnable afterFlush,
      Health health) {
    this.versions = versions;
    this.layers = layers;
    this.visible = visible;
    this.tables = tables;
    this.afterFlush = afterFlush;
    this.health = health;
  }

  /** Flushes until the layers are closed and nothing is left, or until the store fails. */
  @Override
  public void run() {
    for (; ; ) {
      List<Generation> generations = layers.awaitFrozen();
      if (generations.isEmpty()) {
        return;
      }
      try {
        flush(generations);
      } catch (Throwable t) {
        health.fail("flushing " + generations.getFirst().segment().path(), t);
        return;
      }
    }
  }

  private void flush(List<Generation> generations) {
    JournalSegment last = generations.getLast().segment();
    visible.await(last.lastSequence());
    CompactionResult result;
    PrefetchingWalk walk =
        new PrefetchingWalk(generations.stream().map(Generation::memTable).toList());
    try (InternalCursor entries = merged(walk.cursors())) {
      result = tables.flush(entries, walk::prefetch);
    }
    // After the values were read: had the mapping lost a page since they were written, this finds
    // it.
    generations.forEach(generation -> generation.segment().verify());
    versions.apply(
        result
            .edit()
            .with(new JournalFloor(last.number() + 1), new LastSequence(last.lastSequence())));
    bytesWritten.add(result.bytesWritten());
    flushes.increment();
    layers.flushed(generations);
    afterFlush.run();
  }

  private static InternalCursor merged(List<InternalCursor> cursors) {
    return cursors.size() == 1 ? cursors.getFirst() : new MergingCursor(cursors);
  }

  /** How many runs were made. */
  long flushes() {
    return flushes.sum();
  }

  /** Bytes of the tables that were written. */
  long bytesWritten() {
    return bytesWritten.sum();
  }
}
