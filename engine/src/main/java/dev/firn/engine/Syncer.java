package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.FirnException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Puts committed writes on the device, in commit order: an older segment before a newer one, so
 * that what is durable is always a beginning of the order of commits.
 *
 * <p><b>Threading.</b> One flush at a time. Whoever comes while one is under way waits in a queue,
 * and is served by the next one: so concurrent writers share flushes. Only the first in the queue
 * is woken to lead the next flush; all others are woken when they are served, and need no lock
 * then. The queue is that of LevelDB's writers, the wait for a full group that of the group commits
 * of databases, see {@link #gather}.
 */
final class Syncer {

  /** A leader waits for others for at most this part of what the last flush took. */
  private static final int GATHER_PART = 4;

  private final CurrentView views;
  private final VisibleSequence visible;
  private final Health health;
  private final Object lock = new Object();

  /** The last sequence known to be on the device. Changed under the lock. */
  private volatile long durable;

  /** Who waits, the leader first; who leads does so until it has left the queue. */
  @GuardedBy("lock")
  private final Deque<Waiter> queue = new ArrayDeque<>();

  /** How many are in the queue. Changed under the lock. */
  private volatile int waiting;

  /** How many waited when the last flush ended, those served by it included. The leader's. */
  private int expected;

  /** How long the last flush took. The leader's. */
  private long lastNanos;

  private final LongAdder syncs = new LongAdder();

  /** A thread that waits until its writes are on the device, or it is its turn to see to that. */
  private static final class Waiter {

    private final Thread thread = Thread.currentThread();
    private final long wanted;
    private volatile boolean leads;
    private volatile boolean served;

    /** Links those whom one flush has served. */
    private @Nullable Waiter servedBefore;

    Waiter(long wanted) {
      this.wanted = wanted;
    }

    void await() {
      boolean interrupted = false;
      while (!served && !leads) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
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
   * @param durable the last sequence known to be on the device: what tables hold, not what recovery
   *     found in the page cache
   */
  Syncer(CurrentView views, VisibleSequence visible, Health health, long durable) {
    this.views = views;
    this.visible = visible;
    this.health = health;
    this.durable = durable;
  }

  /** Returns when everything that is visible at this moment is on the device. */
  void sync() {
    health.check();
    long wanted = visible.get();
    while (durable < wanted) {
      Waiter waiter = new Waiter(wanted);
      enter(waiter);
      waiter.await();
      if (!waiter.served) {
        lead();
      }
      health.check();
    }
  }

  private void enter(Waiter waiter) {
    synchronized (lock) {
      queue.add(waiter);
      waiting = queue.size();
      waiter.leads = waiting == 1;
    }
  }

  /** Flushes for all who have written until now. */
  private void lead() {
    long synced = 0;
    try {
      gather();
      long began = System.nanoTime();
      synced = syncVisible();
      lastNanos = System.nanoTime() - began;
    } finally {
      endTurn(synced);
    }
  }

  /**
   * Waits for those who will be there in a moment. Whom a flush has served comes back with its next
   * write a little later than those who waited meanwhile: without a wait these would lead at once,
   * the others miss that flush, and two halves of the writers take turns from then on. So a flush
   * waits until as many are there as at the end of the last one, for a quarter of the time that one
   * took; where they do not come, the next expects fewer. A writer alone never waits.
   */
  private void gather() {
    long deadline = System.nanoTime() + lastNanos / GATHER_PART;
    for (int waits = 0; waiting < expected; waits++) {
      if (System.nanoTime() - deadline >= 0) {
        return;
      }
      Backoff.pause(waits);
    }
  }

  /**
   * Wakes whom the flush has served, and the leader of the next one. When it failed, all are woken,
   * and see to it themselves: the store has failed, or they try again. Nobody is woken under the
   * lock, which would be the next thing to wait for; and nothing is allocated, for without memory
   * they would wait for ever.
   */
  private void endTurn(long synced) {
    Waiter served = null;
    Waiter next;
    synchronized (lock) {
      durable = Math.max(durable, synced);
      expected = queue.size();
      queue.remove();
      boolean failed = health.hasFailed();
      for (int i = queue.size(); i > 0; i--) {
        Waiter waiter = queue.remove();
        if (failed || waiter.wanted <= durable) {
          waiter.servedBefore = served;
          served = waiter;
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
    for (Waiter waiter = served; waiter != null; waiter = waiter.servedBefore) {
      waiter.serve();
    }
  }

  /** How often the device was flushed. */
  long syncs() {
    return syncs.sum();
  }

  /**
   * Syncs the newest segment, which syncs those before it first. The order matters: every entry
   * up to the sequence that is read first lies in a generation of the view that is pinned next, or
   * was flushed to a table, which is synced before the generation leaves the view.
   */
  private long syncVisible() {
    long sequence = visible.get();
    ReadView view = views.acquire();
    try {
      Generation[] generations = view.generations();
      if (generations.length > 0) {
        generations[0].segment().sync();
        syncs.increment();
      }
    } catch (FirnException | InternalError e) {
      throw health.fail("syncing the journal", e);
    } finally {
      views.release(view);
    }
    return sequence;
  }
}
