package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.FirnException;
import dev.firn.wal.JournalSegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Puts committed writes on the device in commit order: an older segment before a newer one, so that
 * the durable writes are always a prefix of the commits.
 *
 * <p><b>Threading.</b> One sync at a time. Threads that call during a sync wait in a queue, and the
 * next sync serves all of them: so concurrent writers share syncs. When a sync ends, the thread at
 * the head of the queue is woken to lead the next one. Every other thread is woken once its writes
 * are on the device, and needs no lock then. The queue is that of LevelDB's writers; waiting for a
 * full group is the group commit of databases, see {@link #gather}.
 */
final class Syncer {

  /** A leader waits for its group for at most this fraction of the last sync's duration. */
  private static final int GATHER_FRACTION = 4;

  /** Interval at which a waiting thread looks at the store's health. */
  private static final long HEALTH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final String SYNCING = "syncing the journal";

  private final CurrentView currentView;
  private final VisibleSequence visible;
  private final Health health;
  private final Object lock = new Object();

  /** The last sequence known to be on the device. Written with the lock held. */
  private volatile long durable;

  /** The waiting threads, the leader first; a leader stays in the queue until its sync ends. */
  @GuardedBy("lock")
  private final Deque<Waiter> queue = new ArrayDeque<>();

  /** The size of the queue. Written with the lock held. */
  private volatile int waiting;

  /** The size of the queue when the last sync ended, its own group included. The leader's. */
  private int expected;

  /** The duration of the last sync. The leader's. */
  private long lastNanos;

  private final LongAdder syncs = new LongAdder();

  /** A thread that waits until its writes are on the device or it has to lead a sync. */
  private static final class Waiter {

    private final Thread thread = Thread.currentThread();
    private final long wanted;
    private volatile boolean leads;
    private volatile boolean served;

    /** Whether it led a sync to its end, whatever came of it; the thread's own. */
    private boolean hasLed;

    /** Links the waiters that one sync serves. */
    private @Nullable Waiter nextServed;

    Waiter(long wanted) {
      this.wanted = wanted;
    }

    /** Waits until it is served or has to lead, or until the store has failed. */
    void await(Health health) {
      boolean interrupted = false;
      while (!served && !leads && !health.hasFailed()) {
        LockSupport.parkNanos(this, HEALTH_NANOS);
        interrupted |= Thread.interrupted();
        health.noteDeaths();
      }
      if (interrupted) {
        thread.interrupt();
      }
    }

    void lead() {
      leads = true;
      LockSupport.unpark(thread);
    }

    void serve() {
      served = true;
      LockSupport.unpark(thread);
    }
  }

  /**
   * @param durable the last sequence known to be on the device: the last one in tables, not the
   *     last one that recovery found, which may be in the page cache only
   */
  Syncer(CurrentView currentView, VisibleSequence visible, Health health, long durable) {
    this.currentView = currentView;
    this.visible = visible;
    this.health = health;
    this.durable = durable;
  }

  /** Returns when everything that is visible at the call is on the device. */
  void sync() {
    health.check();
    long wanted = visible.get();
    while (durable < wanted) {
      Waiter waiter = new Waiter(wanted);
      sync(waiter, null);
    }
  }

  /**
   * Returns when all of a segment, and of the segments before it, is on the device. The caller
   * holds the segment; the store may be closing.
   */
  void sync(JournalSegment segment) {
    health.check();
    sync(new Waiter(Long.MAX_VALUE), segment);
  }

  private void sync(Waiter waiter, @Nullable JournalSegment segment) {
    queueUp(waiter);
    try {
      waiter.await(health);
      if (!waiter.served && waiter.leads) {
        lead(waiter, segment);
      }
    } catch (Throwable t) {
      if (!waiter.served && !waiter.hasLed && health.cause == null) {
        health.cause = t; // the waiter stays in the queue, and those behind it would wait forever
      }
      throw t;
    }
    health.check();
  }

  private void queueUp(Waiter waiter) {
    synchronized (lock) {
      queue.add(waiter);
      waiting = queue.size();
      waiter.leads = waiting == 1;
    }
  }

  /**
   * Syncs everything committed until now, or one segment and those before it.
   *
   * @param segment the segment, sealed, with all its entries visible; null for everything
   */
  private void lead(Waiter leader, @Nullable JournalSegment segment) {
    long synced = 0;
    try {
      gather();
      long began = System.nanoTime();
      synced = segment == null ? syncVisible() : syncSegment(segment);
      lastNanos = System.nanoTime() - began;
    } finally {
      endTurn(leader, synced);
    }
  }

  /**
   * Waits until the queue is as long as at the end of the last sync, for at most a quarter of that
   * sync's duration.
   *
   * <p>Writers released by a sync return slightly later than writers that queued during it. Without
   * the wait, the latter would sync at once, the former would miss that sync, and two halves of the
   * writers would alternate from then on. If the expected writers do not come, the next sync
   * expects fewer. A single writer never waits.
   */
  private void gather() {
    long deadline = System.nanoTime() + lastNanos / GATHER_FRACTION;
    for (int waits = 0; waiting < expected; waits++) {
      if (System.nanoTime() - deadline >= 0) {
        return;
      }
      Backoff.pause(waits);
    }
  }

  /**
   * Releases the threads that the sync has served and wakes the leader of the next one. After a
   * failure all are released: each throws if the store has failed, and tries again otherwise.
   *
   * <p>Threads are woken after the lock was released, because they would wait for it. Nothing is
   * allocated: if that failed, the others would wait forever.
   */
  private void endTurn(Waiter leader, long synced) {
    Waiter released = null;
    Waiter next;
    synchronized (lock) {
      durable = Math.max(durable, synced);
      expected = queue.size();
      queue.remove();
      boolean failed = health.hasFailed();
      for (int i = queue.size(); i > 0; i--) {
        Waiter waiter = queue.remove();
        if (failed || waiter.wanted <= durable) {
          waiter.nextServed = released;
          released = waiter;
        } else {
          queue.add(waiter);
        }
      }
      waiting = queue.size();
      next = queue.peek();
    }
    if (next != null) {
      next.lead();
    }
    for (Waiter waiter = released; waiter != null; waiter = waiter.nextServed) {
      waiter.serve();
    }
    leader.hasLed = true;
  }

  /** The number of syncs. */
  long syncs() {
    return syncs.sum();
  }

  private long syncSegment(JournalSegment segment) {
    try {
      segment.sync();
      syncs.increment();
    } catch (FirnException | InternalError e) {
      throw health.fail(SYNCING, e);
    }
    return segment.lastSequence();
  }

  /**
   * Syncs the newest segment, which syncs the older ones first; returns the last sequence on the
   * device then. The order of steps matters: every entry up to the sequence that is read first is
   * in a generation of the view that is pinned second, or it was flushed to a table, which is
   * synced before its generation leaves the view.
   */
  private long syncVisible() {
    long sequence = visible.get();
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      Generation[] generations = view.generations();
      if (generations.length > 0) {
        generations[0].segment().sync();
        syncs.increment();
      }
    } catch (FirnException | InternalError e) {
      throw health.fail(SYNCING, e);
    } finally {
      view.pins.getAndDecrement(stripe);
      view.reclaimIfRetired();
    }
    return sequence;
  }
}
