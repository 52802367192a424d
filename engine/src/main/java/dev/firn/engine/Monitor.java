package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * A lock with one condition: the state that it guards has changed. Take the lock with {@code
 * synchronized}, call the methods with the lock held, and wait in a loop that tests the state.
 *
 * <pre>{@code
 * synchronized (monitor) {
 *   while (!done) {
 *     monitor.await();
 *   }
 * }
 * }</pre>
 *
 * <p>Interrupts do not end the work that the engine's threads wait for. A signal is never lost to
 * an interrupt that arrives at the same moment, because {@link #await()} counts signals.
 *
 * <p>A thread without stack or memory cannot signal. So a thread that waits for the work of another
 * one uses {@link #awaitWork}, which looks at the store's health again and again.
 */
final class Monitor {

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Interval at which a waiting thread looks at the store's health. */
  private static final long HEALTH_MILLIS = 50;

  @GuardedBy("this")
  private long signals;

  /** Wakes every waiting thread. */
  synchronized void signalAll() {
    signals++;
    notifyAll();
  }

  /** Waits for a signal. An interrupt is kept for the caller and does not end the wait. */
  synchronized void await() {
    long seen = signals;
    boolean interrupted = false;
    while (signals == seen) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for a signal, but not for long, so that the caller sees in its loop when the store has
   * failed. An interrupt is kept for the caller and does not end the work of the loop.
   */
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  synchronized void awaitWork(Health health) {
    health.noteDeaths();
    boolean interrupted = Thread.interrupted();
    try {
      wait(HEALTH_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for a signal, for at most {@code nanos}. For the store's own threads, which end when the
   * store is closed: an interrupt ends the wait and is dropped.
   */
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  synchronized void await(long nanos) {
    if (nanos > 0) {
      try {
        wait(nanos / NANOS_PER_MILLI, (int) (nanos % NANOS_PER_MILLI));
      } catch (InterruptedException e) {
        // The caller tests its state again, and so sees a signal that came with the interrupt.
      }
    }
  }
}
