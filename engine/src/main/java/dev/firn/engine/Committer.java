package dev.firn.engine;

import dev.firn.memtable.MemTable;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.RecordBuilder;
import java.util.concurrent.Semaphore;

/**
 * The commit pipeline: from an encoded record to an acknowledged write.
 *
 * <p><b>Threading.</b> Any number of writers, each with a record and a decoder of its own.
 */
final class Committer {

  /*
   * The life of a write.
   *
   * 1. Reserve. One compare-and-set on the segment takes a range of the journal and a range of
   *    sequences, so both have the same order. A full segment is sealed, and whoever meets that
   *    begins the next generation.
   * 2. Apply. The record is checksummed in the writer's own memory and copied to its range; its
   * entries
   *    are linked into the skip list. Writers do this side by side; a reader cannot see the entries
   *    yet, since their sequences are above the visible one.
   * 3. Publish. A writer waits until everything before it was published, then raises the visible
   *    sequence to its own last one. So readers see batches whole, in commit order, and without
   *    holes; and when a write was acknowledged, every byte of the journal before it is complete.
   * 4. Sync, if asked to: see Syncer.
   *
   * A writer alone never waits: it pays a pin, a few compare-and-sets, and one store.
   *
   * Why not all at once. A writer that loses its processor between 1 and 3 holds up all that
   * reserved after it. With more writers than processors that is the rule, and they can only wait
   * awake: what they wait for takes less than going to sleep. So half as many are let in as there
   * are processors; the others sleep, and leave theirs to those inside.
   *
   * When a writer fails between 1 and 3 (a bus error, say), the hole it leaves can never be
   * published: the store is failed, and those who wait behind it leave with that failure.
   *
   * The idea of applying in parallel and publishing in order is that of Pebble's commit pipeline.
   */

  /** What a node costs beside its key, rounding included. */
  private static final long NODE_BYTES = MemTable.nodeBytes(0) + Long.BYTES;

  /** What reserving returns when there is no room. */
  private static final long FULL = -1;

  /**
   * See "Why not all at once" above. Not fair: whoever runs goes first, nobody waits for a turn. */
  private final Semaphore places;

  private final CurrentView views;
  private final Rotation rotation;
  private final Throttle throttle;
  private final Syncer syncer;
  private final VisibleSequence visible;
  private final Health health;

  /**
   * @param writersAtOnce how many writers are let in at the same time
   */
  Committer(
      CurrentView views,
      Rotation rotation,
      Throttle throttle,
      Syncer syncer,
      VisibleSequence visible,
      Health health,
      int writersAtOnce) {
    this.places = new Semaphore(writersAtOnce);
    this.views = views;
    this.rotation = rotation;
    this.throttle = throttle;
    this.syncer = syncer;
    this.visible = visible;
    this.health = health;
  }

  /** How many writers this machine should let in at the same time. */
  static int writersAtOnce() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /**
   * Commits a record with at least one entry; returns when it is visible and, if {@code synced}, on
   * the device.
   *
   * @param inserter to be used meanwhile
   */
  void commit(RecordBuilder record, RecordInserter inserter, boolean synced) {
    health.check();
    long bytes = record.paddedBytes();
    long nodeBytes = record.keyBytes() + record.count() * NODE_BYTES;
    throttle.admit(bytes);
    for (; ; ) {
      Generation active;
      places.acquireUninterruptibly();
      try {
        ReadView view = views.acquire();
        try {
          active = view.active();
          if (active != null && tryCommit(active, record, inserter, nodeBytes, synced)) {
            break;
          }
        } finally {
          views.release(view);
        }
      } finally {
        places.release();
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
    long offset = JournalSegment.offset(reservation);
    long first = active.segment().firstSequence(reservation);
    try {
      active.segment().append(record, offset, first, synced);
      inserter.insert(active.memTable(), record, offset, first);
    } catch (Throwable t) {
      throw health.fail("writing to " + active.segment().path(), t);
    }
    visible.await(first - 1);
    active.segment().publish(offset + bytes);
    visible.raise(first + record.count() - 1, record.userBytes(), bytes);
    return true;
  }
}
