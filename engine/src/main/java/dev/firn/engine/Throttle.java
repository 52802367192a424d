package dev.firn.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Slows writers a little when background work falls behind, so that they need not be stopped later.
 *
 * <p>The delay is proportional to the bytes written and to the square of the pressure, a number
 * between 0 and 1 that depends on the state of the store. Delays too short to sleep are added up.
 *
 * <p><b>Threading.</b> Any thread. Without pressure a write pays one read of a field.
 */
final class Throttle {

  /** Delay per byte at pressure 1, which limits writers to about 8 MiB/s. */
  private static final double MAX_NANOS_PER_BYTE = 120;

  /** Long, so that sleeps are rare: about one in a thousand writes. */
  private static final long MIN_SLEEP_NANOS = 2_000_000;

  private static final long MAX_SLEEP_NANOS = 4_000_000;

  private final AtomicLong owedNanos = new AtomicLong();
  private final LongAdder sleptNanos = new LongAdder();
  private volatile double nanosPerByte;

  /**
   * Sets how far background work is behind.
   *
   * @param pressure 0 = not at all, 1 = writers are about to be stopped; limited to that range
   */
  void setPressure(double pressure) {
    double bounded = Math.clamp(pressure, 0.0, 1.0);
    nanosPerByte = bounded * bounded * MAX_NANOS_PER_BYTE;
  }

  /** Called before a write; returns at once or after a short sleep. */
  void admit(long bytes) {
    double rate = nanosPerByte;
    if (rate > 0) {
      delay((long) (rate * bytes));
    }
  }

  private void delay(long nanos) {
    if (owedNanos.addAndGet(nanos) < MIN_SLEEP_NANOS) {
      return;
    }
    long sleep = Math.min(owedNanos.getAndSet(0), MAX_SLEEP_NANOS);
    long start = System.nanoTime();
    LockSupport.parkNanos(sleep);
    sleptNanos.add(System.nanoTime() - start);
  }

  /** The total time that writers slept. */
  long sleptNanos() {
    return sleptNanos.sum();
  }
}
