package dev.firn.engine;

import dev.firn.compaction.CompactionResult;
import dev.firn.compaction.VersionEdit.JournalFloor;
import dev.firn.compaction.VersionEdit.LastSequence;
import dev.firn.compaction.VersionSet;
import dev.firn.core.InternalCursor;
import dev.firn.wal.JournalSegment;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes frozen generations to tables, oldest first.
 *
 * <p><b>Threading.</b> {@link #run} is the flushing thread's; the rest may be called by any thread.
 */
final class Flusher implements Runnable {

  private final VersionSet versions;
  private final Layers layers;
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
      Layers layers,
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
      Generation generation = layers.awaitFrozen();
      if (generation == null) {
        return;
      }
      try {
        flush(generation);
      } catch (Throwable t) {
        health.fail("flushing " + generation.segment().path(), t);
        return;
      }
    }
  }

  private void flush(Generation generation) {
    JournalSegment segment = generation.segment();
    visible.await(segment.lastSequence());
    CompactionResult result;
    try (InternalCursor entries = generation.memTable().cursor()) {
      result = tables.flush(entries);
    }
    // After the values were read: had the mapping lost a page since they were written, this finds
    // it.
    segment.verify();
    versions.apply(
        result
            .edit()
            .with(
                new JournalFloor(segment.number() + 1), new LastSequence(segment.lastSequence())));
    bytesWritten.add(result.bytesWritten());
    flushes.increment();
    layers.flushed(generation);
    afterFlush.run();
  }

  /** How many generations were flushed. */
  long flushes() {
    return flushes.sum();
  }

  /** Bytes of the tables that were written. */
  long bytesWritten() {
    return bytesWritten.sum();
  }
}
