package dev.firn.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Does the work of a background thread again when the JVM refuses memory, until it succeeds. A want
 * of memory passes, and the work has changed nothing.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class MemoryRetry {

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often work is tried that the end of the store waits for. */
  private static final int MAX_ATTEMPTS_AT_END = 10;

  private final Health health;
  private final BooleanSupplier isEnding;
  private final BooleanSupplier isSpoiled;

  /**
   * @param isEnding whether the thread is to end soon
   * @param isSpoiled whether the work cannot be done again
   */
  MemoryRetry(Health health, BooleanSupplier isEnding, BooleanSupplier isSpoiled) {
    this.health = health;
    this.isEnding = isEnding;
    this.isSpoiled = isSpoiled;
  }

  /**
   * Does some work.
   *
   * @param doing what the store is doing, as a phrase that follows "while"
   * @param work must leave nothing when it throws an {@link OutOfMemoryError}
   * @throws OutOfMemoryError when the store ends or has failed meanwhile
   */
  <T> T run(String doing, Supplier<T> work) {
    long pause = FIRST_PAUSE_NANOS;
    int attemptsAtEnd = 0;
    boolean told = false;
    while (true) {
      OutOfMemoryError refused;
      try {
        return work.get();
      } catch (OutOfMemoryError e) {
        refused = e;
      }
      if (health.hasFailed() || isSpoiled.getAsBoolean()) {
        throw refused;
      }
      told = told || isTold(doing, refused);
      if (isEnding.getAsBoolean()) {
        attemptsAtEnd++;
        pause = FIRST_PAUSE_NANOS;
        if (attemptsAtEnd == MAX_ATTEMPTS_AT_END) {
          throw refused;
        }
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
    }
  }

  /** Without memory the warning may be refused too; then the next attempt gives it. */
  private boolean isTold(String doing, OutOfMemoryError refused) {
    try {
      health.warn(doing + ", which is tried again", refused);
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }
}
