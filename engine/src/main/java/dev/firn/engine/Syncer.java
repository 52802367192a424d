package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.FirnException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts committed writes on the device, in commit order: an older segment before a newer one, so
 * that what is durable is always a beginning of the order of commits.
 *
 * <p><b>Threading.</b> One flush at a time. Whoever comes while one is under way waits, and then
 * mostly finds its own write flushed by the next one that began: so concurrent writers share
 * flushes.
 */
final class Syncer {

  private final Views views;
  private final VisibleSequence visible;
  private final Health health;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** The last sequence known to be on the device. Changed under the lock. */
  private volatile long durable;

  @GuardedBy("lock")
  private boolean forcing;

  private final LongAdder syncs = new LongAdder();

  /**
   * @param durable the last sequence known to be on the device: what tables hold, not what recovery
   *     found in the page cache
   */
  Syncer(Views views, VisibleSequence visible, Health health, long durable) {
    this.views = views;
    this.visible = visible;
    this.health = health;
    this.durable = durable;
  }

  /** Returns when everything that is visible at this moment is on the device. */
  void sync() {
    long wanted = visible.get();
    lock.lock();
    try {
      health.check();
      while (durable < wanted) {
        // Waiting for the lock instead would let those in one by one whom one flush served, and
        // whoever has it would come back before them.
        if (forcing) {
          changed.awaitUninterruptibly();
        } else {
          lead();
        }
        health.check();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Flushes for all who have written until now; the lock is free meanwhile. */
  @GuardedBy("lock")
  private void lead() {
    forcing = true;
    lock.unlock();
    long forced = 0;
    try {
      forced = forceVisible();
    } finally {
      lock.lock();
      forcing = false;
      durable = Math.max(durable, forced);
      changed.signalAll();
    }
  }

  /** How often the device was flushed. */
  long syncs() {
    return syncs.sum();
  }

  /**
   * Forces the newest segment, which forces those before it first. The order matters: every entry
   * up to the sequence that is read first lies in a generation of the view that is pinned next, or
   * was flushed to a table, which is synced before the generation leaves the view.
   */
  private long forceVisible() {
    long sequence = visible.get();
    View view = views.acquire();
    try {
      Generation[] generations = view.generations();
      if (generations.length > 0) {
        generations[0].segment().force();
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
