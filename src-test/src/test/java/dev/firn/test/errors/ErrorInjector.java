package dev.firn.test.errors;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Called by every instrumented place of the store's code: records the events of a round, or throws
 * at those that were asked for. An error of the caller is armed during its step of the script, one
 * at a time; those of other threads are armed in the whole round.
 *
 * <p><b>Threading.</b> Begun and disarmed by one thread, after which the caller's thread says which
 * step it is at; {@link #event} is called by any thread, and allocates nothing before it throws.
 */
public final class ErrorInjector {

  private static final ArmedError[] NONE = {};

  private static volatile ArmedError[] armed = NONE;
  private static volatile @Nullable EventSurvey survey;
  private static volatile String round = "";

  /** Errors of the round that wait for their step. */
  private static List<ArmedError> waiting = List.of();

  private static List<ArmedError> all = List.of();

  /** The error of the caller's step. */
  private static @Nullable ArmedError ofStep;

  private ErrorInjector() {}

  /** Records the events of a round from now on; nothing is thrown. */
  static void record(EventSurvey newSurvey, String newRound) {
    arm(List.of(), newRound);
    newSurvey.beginRound();
    survey = newSurvey;
  }

  /** Throws as asked for in a round, from now on. */
  static void arm(List<Injection> injections, String newRound) {
    survey = null;
    round = newRound;
    ofStep = null;
    all = injections.stream().map(injection -> new ArmedError(injection, newRound)).toList();
    waiting = new ArrayList<>(all);
    waiting.removeIf(error -> error.injection().role() != Role.CALLER);
    armed =
        all.stream()
            .filter(error -> error.injection().role() != Role.CALLER)
            .toArray(ArmedError[]::new);
  }

  /**
   * The caller begins a step, or repeats it; one of its errors is armed, if the one of the last
   * step was thrown as often as was asked for.
   *
   * @return whether there is more to throw if the step is repeated
   */
  static boolean beginStep(int step) {
    EventSurvey recording = survey;
    if (recording != null) {
      recording.beginStep(step);
      return false;
    }
    ArmedError last = ofStep;
    if (last != null && last.hasMore()) {
      return true;
    }
    ArmedError next = null;
    boolean more = false;
    for (ArmedError error : waiting) {
      boolean isOfStep = error.injection().step() == step;
      more |= isOfStep && next != null;
      next = isOfStep && next == null ? error : next;
    }
    if (next != null || last != null) {
      waiting.remove(next);
      replace(last, next);
      ofStep = next;
    }
    return more || (next != null && next.injection().count() > 1);
  }

  private static void replace(@Nullable ArmedError last, @Nullable ArmedError next) {
    List<ArmedError> now = new ArrayList<>(List.of(armed));
    now.remove(last);
    if (next != null) {
      now.add(next);
    }
    armed = now.toArray(ArmedError[]::new);
  }

  /** Records and throws no more. */
  static void disarm() {
    survey = null;
    armed = NONE;
  }

  /** The errors that were thrown in this round. */
  static List<ArmedError> fired() {
    return all.stream().filter(ArmedError::hasFired).toList();
  }

  /** Whether an error is one of those that were made for this round. */
  static boolean isInjected(Throwable error) {
    return all.stream().anyMatch(made -> made.isThis(error));
  }

  /**
   * Something happens that can fail: a method begins, or something is allocated.
   *
   * @param where the number of the place
   */
  public static void event(int where) {
    ArmedError[] now = armed;
    for (int i = 0; i < now.length; i++) {
      now[i].event(where);
    }
    EventSurvey recording = survey;
    if (recording != null) {
      record(recording, where);
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
}
