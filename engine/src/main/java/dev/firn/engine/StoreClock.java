package dev.firn.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clock by which entries expire: milliseconds since 1970. It never goes back, whatever its
 * source does, so what has expired stays so. The manifest keeps a mark of it, from which it goes on
 * when the store is opened again.
 *
 * <p>A store without entries that expire never asks the source.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class StoreClock implements LongSupplier {

  private static final VarHandle HIGHEST;

  static {
    try {
      HIGHEST = MethodHandles.lookup().findVarHandle(StoreClock.class, "highest", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final InstantSource source;

  /** What the clock showed last. */
  private volatile long highest;

  /** Whether the store may have entries that expire. */
  private volatile boolean needed;

  /**
   * @param mark the clock does not show less; 0 for none
   */
  StoreClock(InstantSource source, long mark) {
    this.source = source;
    this.highest = mark;
    this.needed = mark > 0;
  }

  /** The time. */
  @Override
  public long getAsLong() {
    long now = source.millis();
    for (long shown = highest; now > shown; shown = highest) {
      if (HIGHEST.compareAndSet(this, shown, now)) {
        return now;
      }
    }
    return highest;
  }

  /**
   * When an entry expires that is written now; {@link dev.firn.core.Expiry#NEVER} if that is beyond
   * the end of time.
   *
   * @param timeToLive positive; a part of a millisecond counts as a whole one
   */
  public long expiry(Duration timeToLive) {
    needed = true; // before readers see the entry
    long millis;
    try {
      millis = timeToLive.plusNanos(999_999).toMillis();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
    return expiry(millis);
  }

  /** As {@link #expiry(Duration)}, in milliseconds. */
  public long expiry(long millis) {
    needed = true;
    long end = getAsLong() + millis;
    return end < 0 ? Long.MAX_VALUE : end;
  }

  /** What the clock showed last; 0 if nothing yet. */
  long shown() {
    return highest;
  }

  /** Says that the store may have entries that expire. */
  void need() {
    needed = true;
  }

  /** Whether the store may have entries that expire. */
  boolean isNeeded() {
    return needed;
  }

  /**
   * The clock of a reader.
   *
   * @param sequence gives the sequence that it reads at: a snapshot, which has a clock, or another
   */
  LongSupplier of(@Nullable LongSupplier sequence) {
    return sequence instanceof OpenSnapshot snapshot ? snapshot.clock() : this;
  }
}
