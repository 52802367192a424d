package dev.firn.test.errors;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Called by every instrumented place of the store's code: counts the events of one role, and throws
 * at the one that was asked for.
 *
 * <p><b>Threading.</b> Armed and disarmed by one thread; {@link #event} is called by any thread,
 * and allocates nothing before it throws.
 */
public final class ErrorInjector {

  private static final AtomicLong EVENTS = new AtomicLong();
  private static final AtomicReference<@Nullable Thread> VICTIM = new AtomicReference<>();

  /** The fields below are written before this one. */
  private static volatile boolean armed;

  private static Role role = Role.CALLER;
  private static String round = "";
  private static long turn;
  private static Throwable[] errors = new Throwable[0];

  /** Used by the victim alone. */
  private static int thrown;

  private static volatile int site = -1;

  private ErrorInjector() {}

  /** Counts the events of a role in a round from now on; nothing is thrown. */
  static void count(Role role, String round) {
    arm(role, round, Long.MAX_VALUE, new Throwable[0]);
  }

  /** Throws as asked for in a round, from now on. */
  static void arm(Injection injection, String round) {
    Throwable[] made = new Throwable[injection.count()];
    for (int i = 0; i < made.length; i++) {
      // Each its own: an error that is added to itself as suppressed is another error.
      made[i] = injection.kind().newError();
    }
    arm(injection.role(), round, injection.event(), made);
  }

  private static void arm(Role newRole, String newRound, long newTurn, Throwable[] newErrors) {
    role = newRole;
    round = newRound;
    turn = newTurn;
    errors = newErrors;
    thrown = 0;
    site = -1;
    EVENTS.set(0);
    VICTIM.set(null);
    armed = true;
  }

  /** Counts and throws no more; returns how many events there were. */
  static long disarm() {
    armed = false;
    return EVENTS.get();
  }

  /** The place that threw first, or null when none has. */
  static @Nullable String firedAt() {
    return site < 0 ? null : EventSites.name(site);
  }

  /** The error that was thrown first, if one was. */
  static Throwable first() {
    return errors[0];
  }

  /** Whether an error is one of those that were made for this round. */
  static boolean isInjected(Throwable error) {
    for (Throwable e : errors) {
      if (e.equals(error)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Something happens that can fail: a method begins, or something is allocated.
   *
   * @param where the number of the place
   */
  public static void event(int where) {
    if (armed) {
      countEvent(where);
    }
  }

  private static void countEvent(int where) {
    Thread thread = Thread.currentThread();
    Thread victim = VICTIM.get();
    if (victim == null) {
      if (role.isOf(thread, round)
          && EVENTS.incrementAndGet() == turn
          && VICTIM.compareAndSet(null, thread)) {
        site = where;
        fire();
      }
    } else if (victim.equals(thread) && thrown < errors.length) {
      fire();
    }
  }

  private static void fire() {
    Throwable error = errors[thrown++];
    // The trace of where it was made is of no use. There is memory, whatever is thrown.
    error.fillInStackTrace();
    if (error instanceof Error e) {
      throw e;
    }
    throw (RuntimeException) error;
  }
}
