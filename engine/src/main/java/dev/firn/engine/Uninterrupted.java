package dev.firn.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** Waits of background threads, which nobody has a reason to interrupt: they end by closing. */
final class Uninterrupted {

  private Uninterrupted() {}

  /**
   * Waits for a signal, but not longer than {@code nanos}. An interrupt ends no wait; the thread is
   * still interrupted afterwards.
   */
  static void await(Condition condition, long nanos) {
    long end = System.nanoTime() + nanos;
    boolean interrupted = false;
    boolean waiting = true;
    while (waiting) {
      try {
        waiting = false;
        condition.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
        waiting = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
