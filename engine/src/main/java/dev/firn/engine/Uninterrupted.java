package dev.firn.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** Waits of background threads, which nobody has a reason to interrupt: they end by closing. */
final class Uninterrupted {

  private Uninterrupted() {}

  /**
   * Waits for a signal, but not longer than {@code nanos}. It may also return for no reason, and
   * does so when the thread is interrupted, which is then forgotten: what is waited for may have
   * come about together with the interrupt, so the caller has to look again before it waits again.
   */
  static void await(Condition condition, long nanos) {
    try {
      condition.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // As if woken for no reason.
    }
  }
}
