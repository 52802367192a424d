package dev.firn.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * How to wait for something that takes another thread well under a microsecond, unless that thread
 * lost its processor.
 */
final class Backoff {

  private static final int SPINS = 64;
  private static final int YIELDS = 256;
  private static final long PARK_NANOS = 20_000;

  private Backoff() {}

  /**
   * Waits a little.
   *
   * @param waits how often the caller has waited for this already
   */
  static void pause(int waits) {
    if (waits < SPINS) {
      Thread.onSpinWait();
    } else if (waits < YIELDS) {
      Thread.yield();
    } else {
      LockSupport.parkNanos(PARK_NANOS);
    }
  }
}
