package dev.firn.test.errors;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Called by every instrumented place of the store's code: records the events of a round, or throws
 * at the one that was asked for.
 *
 * <p><b>Threading.</b> Armed and disarmed by one thread; {@link #event} is called by any thread,
 * and allocates nothing before it throws.
 */
public final class ErrorInjector {

  private static final AtomicInteger PASSES = new AtomicInteger();
  private static final AtomicReference<@Nullable Thread> VICTIM = new AtomicReference<>();

  /** The fields below are written before this one. */
  private static volatile boolean armed;

  private static @Nullable EventSurvey survey;
  private static Role role = Role.CALLER;
  private static String round = "";
  private static int site = -1;
  private static int turn;
  private static Throwable[] errors = new Throwable[0];

  /** Used by the victim alone. */
  private static int thrown;

  private ErrorInjector() {}

  /** Records the events of a round from now on; nothing is thrown. */
  static void record(EventSurvey newSurvey, String newRound) {
    newSurvey.beginRound();
    survey = newSurvey;
    round = newRound;
    errors = new Throwable[0];
    VICTIM.set(null);
    armed = true;
  }

  /** Throws as asked for in a round, from now on. */
  static void arm(Injection injection, String newRound) {
    Throwable[] made = new Throwable[injection.count()];
    for (int i = 0; i < made.length; i++) {
      // Each its own: an error that is added to itself as suppressed is another error.
      made[i] = injection.kind().newError();
    }
    survey = null;
    role = injection.role();
    round = newRound;
    site = EventSites.number(injection.site());
    turn = injection.pass();
    errors = made;
    thrown = 0;
    PASSES.set(0);
    VICTIM.set(null);
    armed = true;
  }

  /** Records and throws no more. */
  static void disarm() {
    armed = false;
  }

  /** Whether an error was thrown in this round. */
  static boolean hasFired() {
    return VICTIM.get() != null;
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
      armedEvent(where);
    }
  }

  private static void armedEvent(int where) {
    EventSurvey recording = survey;
    if (recording != null) {
      record(recording, where);
      return;
    }
    Thread victim = VICTIM.get();
    if (victim != null) {
      if (thrown < errors.length && victim.equals(Thread.currentThread())) {
        fire();
      }
    } else if (where == site) {
      Thread thread = Thread.currentThread();
      if (role.isOf(thread, round)
          && PASSES.incrementAndGet() == turn
          && VICTIM.compareAndSet(null, thread)) {
        fire();
      }
    }
  }

  private static void record(EventSurvey recording, int where) {
    Thread thread = Thread.currentThread();
    for (Role each : Role.values()) {
      if (each.isOf(thread, round)) {
        recording.record(each, where);
        return;
      }
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
