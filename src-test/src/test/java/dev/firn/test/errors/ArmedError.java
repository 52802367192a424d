package dev.firn.test.errors;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An error that waits for its event in a round.
 *
 * <p><b>Threading.</b> {@link #event} is called by any thread, and allocates nothing before it
 * throws, except for a look at the stack at the place itself.
 */
final class ArmedError {

  /** How many stacks are looked at: a place may be passed thousands of times with other ones. */
  private static final int MAX_LOOKS = 100;

  private final Injection injection;
  private final String round;
  private final int site;
  private final Throwable[] errors;
  private final AtomicInteger passes = new AtomicInteger();
  private final AtomicReference<@Nullable Thread> victim = new AtomicReference<>();

  /** Written by the victim alone. */
  private volatile int thrown;

  ArmedError(Injection injection, String round) {
    this.injection = injection;
    this.round = round;
    this.site = EventSites.number(injection.site());
    this.errors = new Throwable[injection.count()];
    for (int i = 0; i < errors.length; i++) {
      // Each its own: an error that is added to itself as suppressed is another error.
      errors[i] = injection.kind().newError();
    }
  }

  Injection injection() {
    return injection;
  }

  /** Whether it was thrown. */
  boolean hasFired() {
    return victim.get() != null;
  }

  /** Whether it was thrown, and is to be thrown again by the same thread. */
  boolean hasMore() {
    return hasFired() && thrown < errors.length;
  }

  /** The error that is thrown first. */
  Throwable first() {
    return errors[0];
  }

  /** Whether an error is one of those that are thrown. */
  boolean isThis(Throwable error) {
    for (Throwable e : errors) {
      if (e.equals(error)) {
        return true;
      }
    }
    return false;
  }

  /** A thread is at a place; throws if it is the one. */
  void event(int where) {
    Thread failing = victim.get();
    if (failing != null) {
      if (thrown < errors.length && failing.equals(Thread.currentThread())) {
        fire();
      }
    } else if (where == site) {
      Thread thread = Thread.currentThread();
      if (injection.role().isOf(thread, round)
          && isTurn(passes.incrementAndGet())
          && victim.compareAndSet(null, thread)) {
        fire();
      }
    }
  }

  private boolean isTurn(int pass) {
    int looks = pass - injection.pass();
    return looks >= 0
        && (injection.stack() == 0
            || (looks < MAX_LOOKS
                && EventSurvey.stack(injection.role(), site) == injection.stack()));
  }

  private void fire() {
    int next = thrown;
    thrown = next + 1;
    Throwable error = errors[next];
    // The trace of where it was made is of no use. There is memory, whatever is thrown.
    error.fillInStackTrace();
    if (error instanceof Error e) {
      throw e;
    }
    throw (RuntimeException) error;
  }
}
