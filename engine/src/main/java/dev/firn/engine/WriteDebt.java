package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * The bytes that writers wrote faster than they may: one account for all writers. What a writer
 * books is paid off after everything booked before, at the rate of the moment. So the rate holds
 * for any number of writers and any size of batch.
 *
 * <p><b>Threading.</b> Any thread. The times are those of {@link System#nanoTime}, given by the
 * caller.
 */
final class WriteDebt {

  /** Unused time of this length is kept, because sleeping threads wake up late. */
  private static final double CREDIT_NANOS = 2_000_000;

  /** 0 = without limit. */
  @GuardedBy("this")
  private double nanosPerByte;

  /** All bytes booked. */
  @GuardedBy("this")
  private double booked;

  /** Bytes paid off at {@link #paidAt}; more than booked after unused time. */
  @GuardedBy("this")
  private double paid;

  @GuardedBy("this")
  private long paidAt;

  /** Changes the rate; without a limit, the debt is remitted. */
  synchronized void setRate(long now, double newNanosPerByte) {
    pay(now);
    if (nanosPerByte == 0 || newNanosPerByte == 0) {
      paid = booked;
    }
    nanosPerByte = newNanosPerByte;
  }

  /** Books the bytes of a write; returns the writer's ticket. */
  synchronized double book(long now, long bytes) {
    pay(now);
    booked += bytes;
    return booked;
  }

  /** The time until a ticket is paid off at the present rate; at most 0 if it is. */
  synchronized double waitNanos(long now, double ticket) {
    pay(now);
    return (ticket - paid) * nanosPerByte;
  }

  @GuardedBy("this")
  private void pay(long now) {
    if (nanosPerByte > 0) {
      double credit = CREDIT_NANOS / nanosPerByte;
      paid = Math.min(paid + (now - paidAt) / nanosPerByte, booked + credit);
    }
    paidAt = now;
  }
}
