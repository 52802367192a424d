package dev.firn.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * Waits for another thread that needs well under a microsecond, unless it lost its processor: spins
 * first, then yields, then sleeps.
 */
final class Backoff {

  private static final int SPINS = 64;
  private static final int YIELDS = 256;
  private static final long PARK_NANOS = 20_000;

  private Backoff() {}

  /**
   * Waits once.
   *
   * @param waits the number of waits before this one
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
