package dev.firn.engine;

import dev.firn.memtable.MemTable;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The commit pipeline: from an encoded record to an acknowledged write.
 *
 * <p><b>Threading.</b> Any number of writers, each with a record and an inserter of its own.
 */
final class Committer {

  /*
   * The life of a write.
   *
   * 1. Reserve. One compare-and-set on the segment takes a range of the journal and a range of
   *    sequences, so both have the same order. A writer that finds the segment full seals it and
   *    begins the next generation.
   * 2. Apply. The record is checksummed in the writer's own memory and copied to its range; its
   *    entries are linked into the skip list. Writers do this concurrently. Readers do not see the
   *    entries, because their sequences are above the visible one. The gaps that readers skip are
   *    cut, see KnownGaps.
   * 3. Publish. A writer waits until all preceding writes are published, then raises the visible
   *    sequence to its own last one. So readers see batches whole, in commit order, and without
   *    holes; and when a write is acknowledged, every preceding byte of the journal is complete.
   * 4. Sync, if asked to: see Syncer.
   *
   * A single writer never waits: it pays a pin, a few compare-and-sets, and one store.
   *
   * Why the number of writers is limited. A writer that loses its processor between 1 and 3 delays
   * all writers that reserved after it. With more writers than processors that is the rule, and
   * the delayed writers must wait awake, because the wait is shorter than going to sleep. So half
   * as many writers as processors are admitted; the others sleep and leave the processors to them.
   *
   * A conditional commit, see CommitCondition, is one more look before the first step and one after
   * it. The first look takes place outside of the pipeline, at the sequence visible then. The
   * reservation fixes the commit's place in the order. If other writers reserved in between, the
   * writer waits until they are published and looks once more at what they wrote, which is in
   * memory. Those that reserved after it wait for that. If the second look finds a conflict, the
   * place is taken: the writer fills it with a void record, whose entries are no writes, links
   * nothing, and publishes as usual. So a conflict costs a record and no retry, and no writer
   * starves. A failure to look, after the reservation, is handled like a conflict and then thrown.
   * Plain writes take no part in this.
   *
   * When a writer fails between 1 and 3 (a bus error, no stack left), its reservation can never be
   * published: the store fails, and the writers that reserved after it throw that failure.
   *
   * The idea of applying in parallel and publishing in order is that of Pebble's commit pipeline.
   */

  /** Memory of a node without its key, rounding included. */
  private static final long NODE_BYTES = MemTable.nodeBytes(0) + Long.BYTES;

  /** The reservation when there is no room. */
  private static final long FULL = -1;

  private final WriterPermits permits;

  private final CurrentView currentView;
  private final Rotation rotation;
  private final Throttle throttle;
  private final Syncer syncer;
  private final VisibleSequence visible;
  private final KnownGaps gaps;
  private final Health health;

  /**
   * @param maxWriters the number of writers admitted at a time
   */
  Committer(
      CurrentView currentView,
      Rotation rotation,
      Throttle throttle,
      Syncer syncer,
      VisibleSequence visible,
      KnownGaps gaps,
      Health health,
      int maxWriters) {
    this.permits = new WriterPermits(maxWriters);
    this.currentView = currentView;
    this.rotation = rotation;
    this.throttle = throttle;
    this.syncer = syncer;
    this.visible = visible;
    this.gaps = gaps;
    this.health = health;
  }

  /** The number of writers to admit at a time on this machine. */
  static int maxWriters() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /** Admits the writers. */
  WriterPermits permits() {
    return permits;
  }

  /**
   * Commits a record with at least one entry; returns when it is visible and, if {@code synced}, on
   * the device.
   *
   * @param inserter the calling thread's own
   */
  void commit(RecordBuilder record, RecordInserter inserter, boolean synced) {
    commit(record, inserter, synced, false, null);
  }

  /**
   * As {@link #commit(RecordBuilder, RecordInserter, boolean)}, if a condition holds.
   *
   * @param isExclusive whether the caller is the exclusive writer, see {@link WriterPermits}
   * @param condition null for none; otherwise nothing is written if it has a conflict afterwards
   */
  void commit(
      RecordBuilder record,
      RecordInserter inserter,
      boolean synced,
      boolean isExclusive,
      @Nullable CommitCondition condition) {
    health.check();
    if (condition != null && !holdsNow(condition)) {
      return;
    }
    long bytes = record.paddedBytes();
    long nodeBytes =
        record.keyBytes()
            + record.count() * NODE_BYTES
            + record.rangeDeletions() * MemTable.RANGE_BYTES;
    throttle.admit(bytes);
    for (; ; ) {
      Generation active;
      if (!isExclusive) {
        permits.acquire();
      }
      try {
        int stripe = ReadView.stripe();
        ReadView view = currentView.acquire(stripe);
        try {
          active = view.active();
          if (active != null
              && tryCommit(view, active, record, inserter, nodeBytes, synced, condition)) {
            break;
          }
        } finally {
          view.pins.getAndDecrement(stripe);
          view.reclaimIfRetired();
        }
      } finally {
        if (!isExclusive) {
          permits.release();
        }
      }
      rotation.rotate(active, bytes, nodeBytes);
    }
    if (condition != null && !condition.isMet()) {
      return;
    }
    if (synced) {
      syncer.sync();
    }
  }

  private boolean tryCommit(
      ReadView view,
      Generation active,
      RecordBuilder record,
      RecordInserter inserter,
      long nodeBytes,
      boolean synced,
      @Nullable CommitCondition condition) {
    long bytes = record.paddedBytes();
    long reservation =
        active.memTable().tryBudget(nodeBytes)
            ? active.segment().reserve(bytes, record.count())
            : FULL;
    if (reservation == FULL) {
      return false;
    }
    try {
      long offset = JournalSegment.offset(reservation);
      long first = active.segment().firstSequence(reservation);
      if (condition != null && !holdsBefore(first, condition, view)) {
        publishVoid(active, record, offset, first);
        return true;
      }
      active.segment().append(record, offset, first, synced);
      inserter.insert(active.memTable(), record, offset, first);
      if (!gaps.areNone()) {
        inserter.cut(gaps, record);
      }
      visible.await(first - 1);
      active.segment().publish(offset + bytes);
      visible.raise(first + record.count() - 1, record.userBytes(), bytes);
      return true;
    } catch (Throwable t) {
      if (health.cause == null) {
        health.cause = t; // first of all: there may be no stack and no memory for anything else
      }
      throw health.fail("writing to " + active.segment().path(), t);
    }
  }

  /** Fills a reserved place with a record that writes nothing. */
  private void publishVoid(Generation active, RecordBuilder record, long offset, long first) {
    record.setVoid(true);
    active.segment().append(record, offset, first, false);
    record.setVoid(false);
    active.segment().publish(offset + record.paddedBytes());
    visible.raise(first + record.count() - 1, 0, record.paddedBytes());
  }

  /** Whether a condition holds at the sequence that is visible now. */
  private boolean holdsNow(CommitCondition condition) {
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      return condition.holds(view, visible.get(), health);
    } finally {
      view.pins.getAndDecrement(stripe);
      view.reclaimIfRetired();
    }
  }

  /** Whether a condition holds at the place that was reserved. */
  private boolean holdsBefore(long first, CommitCondition condition, ReadView view) {
    visible.await(first - 1);
    return condition.stillHolds(view, first - 1, health);
  }
}
