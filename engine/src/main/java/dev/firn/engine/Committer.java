package dev.firn.engine;

import dev.firn.memtable.MemTable;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.RecordBuilder;
import java.util.concurrent.Semaphore;

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
   * When a writer fails between 1 and 3 (a bus error, no stack left), its reservation can never be
   * published: the store fails, and the writers that reserved after it throw that failure.
   *
   * The idea of applying in parallel and publishing in order is that of Pebble's commit pipeline.
   */

  /** Memory of a node without its key, rounding included. */
  private static final long NODE_BYTES = MemTable.nodeBytes(0) + Long.BYTES;

  /** The reservation when there is no room. */
  private static final long FULL = -1;

  /** One permit for each admitted writer. Not fair: a running thread need not wait its turn. */
  private final Semaphore permits;

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
    this.permits = new Semaphore(maxWriters);
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

  /**
   * Commits a record with at least one entry; returns when it is visible and, if {@code synced}, on
   * the device.
   *
   * @param inserter the calling thread's own
   */
  void commit(RecordBuilder record, RecordInserter inserter, boolean synced) {
    health.check();
    long bytes = record.paddedBytes();
    long nodeBytes =
        record.keyBytes()
            + record.count() * NODE_BYTES
            + record.rangeDeletions() * MemTable.RANGE_BYTES;
    throttle.admit(bytes);
    for (; ; ) {
      Generation active;
      permits.acquireUninterruptibly();
      try {
        int stripe = ReadView.stripe();
        ReadView view = currentView.acquire(stripe);
        try {
          active = view.active();
          if (active != null && tryCommit(active, record, inserter, nodeBytes, synced)) {
            break;
          }
        } finally {
          view.pins.getAndDecrement(stripe);
          view.reclaimIfRetired();
        }
      } finally {
        permits.release();
      }
      rotation.rotate(active, bytes, nodeBytes);
    }
    if (synced) {
      syncer.sync();
    }
  }

  private boolean tryCommit(
      Generation active,
      RecordBuilder record,
      RecordInserter inserter,
      long nodeBytes,
      boolean synced) {
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
}
