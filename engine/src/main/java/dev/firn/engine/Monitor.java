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
 */
final class Monitor {

  private static final long NANOS_PER_MILLI = 1_000_000;

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
