package dev.firn.engine;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Slows writers a little when background work falls behind, so that they need not be stopped later,
 * and down to the rate of that work when it stays behind.
 *
 * <p>All writers together may write at a rate that falls with the square of the pressure, a number
 * that depends on the state of the store, and with its sixth power above 1. They have one {@link
 * WriteDebt}: each waits until what it wrote is paid off. Delays too short to sleep are added up. A
 * write waits little for the debt of writes that are far larger.
 *
 * <p><b>Threading.</b> Any thread. Without pressure a write pays one read of a field.
 */
final class Throttle {

  /** Delay per byte at pressure 1, which limits writers to about 8 MiB/s. */
  private static final double MAX_NANOS_PER_BYTE = 120;

  /** At this pressure writers nearly stand still. */
  private static final double MAX_PRESSURE = 3;

  /** Long, so that sleeps are rare: about one in a thousand writes. */
  private static final double MIN_SLEEP_NANOS = 2_000_000;

  /** A sleeping writer looks this often whether there is still pressure. */
  private static final double MAX_SLEEP_NANOS = 5_000_000;

  /** A write waits at most this long, and {@link #FAIR_FACTOR} times what its own bytes cost. */
  private static final double MAX_WAIT_FOR_OTHERS_NANOS = 8_000_000;

  /** Up to this many writers with batches of one size share the rate exactly. */
  private static final int FAIR_FACTOR = 64;

  private final long levelZeroBytes;
  private final WriteDebt debt = new WriteDebt();
  private final LongAdder sleptNanos = new LongAdder();
  private volatile double nanosPerByte;

  /** A throttle that does not look at the size of level 0. */
  Throttle() {
    this(Long.MAX_VALUE);
  }

  /**
   * @param levelZeroBytes size of level 0 above which there is pressure; it is 1 at twice that size
   */
  Throttle(long levelZeroBytes) {
    this.levelZeroBytes = levelZeroBytes;
  }

  /**
   * Sets how far background work is behind.
   *
   * @param pressure 0 = not at all, 1 = to the limit; negative counts as 0
   * @param bytes the size of level 0
   */
  void setPressure(double pressure, long bytes) {
    setPressure(Math.max(pressure, (double) (bytes - levelZeroBytes) / levelZeroBytes));
  }

  /** As {@link #setPressure(double, long)}, whatever the size of level 0. */
  void setPressure(double pressure) {
    double rate = nanosPerByte(pressure);
    if (rate > 0 || nanosPerByte > 0) {
      debt.setRate(System.nanoTime(), rate);
      nanosPerByte = rate;
    }
  }

  /** The delay of each byte at a pressure. */
  static double nanosPerByte(double pressure) {
    double bounded = Math.clamp(pressure, 0.0, MAX_PRESSURE);
    double beyond = Math.max(1, bounded);
    return bounded * bounded * Math.pow(beyond, 4) * MAX_NANOS_PER_BYTE;
  }

  /** Called before a write; returns at once or after a sleep. */
  void admit(long bytes) {
    double rate = nanosPerByte;
    if (rate > 0) {
      delay(bytes, rate);
    }
  }

  private void delay(long bytes, double rate) {
    long start = System.nanoTime();
    double ticket = debt.book(start, bytes);
    double left = debt.waitNanos(start, ticket);
    if (left < MIN_SLEEP_NANOS) {
      return;
    }
    double limit = MAX_WAIT_FOR_OTHERS_NANOS + FAIR_FACTOR * rate * bytes;
    long waited = 0;
    while (left > 0 && waited < limit) {
      LockSupport.parkNanos((long) Math.min(Math.min(left, limit - waited), MAX_SLEEP_NANOS));
      if (Thread.currentThread().isInterrupted()) {
        break; // the thread cannot sleep; what it wrote stays booked
      }
      long now = System.nanoTime();
      waited = now - start;
      left = debt.waitNanos(now, ticket);
    }
    sleptNanos.add(System.nanoTime() - start);
  }

  /** The total time that writers slept. */
  long sleptNanos() {
    return sleptNanos.sum();
  }
}
