package dev.firn.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Slows writers down a little, early, when the background falls behind, so that they need not be
 * stopped later.
 *
 * <p>The delay is proportional to the bytes written and grows with the square of the pressure, a
 * number between 0 and 1 that the state of the store gives. Delays too short to sleep are saved up.
 *
 * <p><b>Threading.</b> Any thread. Without pressure a write pays one read of a field.
 */
final class Throttle {

  /** At full pressure, writers are held to about 8 MiB/s. */
  private static final double NANOS_PER_BYTE_AT_FULL_PRESSURE = 120;

  /** Long, so that few writes meet one: there are a thousand others between two. */
  private static final long SHORTEST_SLEEP_NANOS = 2_000_000;

  private static final long LONGEST_SLEEP_NANOS = 4_000_000;

  private final AtomicLong owedNanos = new AtomicLong();
  private final LongAdder sleptNanos = new LongAdder();
  private volatile double nanosPerByte;

  /**
   * Sets how far the background is behind.
   *
   * @param pressure 0 = not at all, 1 = writers are about to be stopped
   */
  void setPressure(double pressure) {
    double bounded = Math.clamp(pressure, 0.0, 1.0);
    nanosPerByte = bounded * bounded * NANOS_PER_BYTE_AT_FULL_PRESSURE;
  }

  /** Called before a write; returns at once, or after a short sleep. */
  void admit(long bytes) {
    double rate = nanosPerByte;
    if (rate > 0) {
      delay((long) (rate * bytes));
    }
  }

  private void delay(long nanos) {
    if (owedNanos.addAndGet(nanos) < SHORTEST_SLEEP_NANOS) {
      return;
    }
    long sleep = Math.min(owedNanos.getAndSet(0), LONGEST_SLEEP_NANOS);
    long start = System.nanoTime();
    LockSupport.parkNanos(sleep);
    sleptNanos.add(System.nanoTime() - start);
  }

  /** How long writers were slowed down in all. */
  long sleptNanos() {
    return sleptNanos.sum();
  }
}
