package dev.firn.test.errors;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One error to be thrown in one round.
 *
 * @param role the thread
 * @param kind what is thrown
 * @param count how many events of the thread throw, one after the other: a thread that has no stack
 *     or no memory left fails again in its catch and finally blocks
 * @param site the place in the code, as {@link EventSites} names it
 * @param step the step of the script during which the caller fails, see {@link ErrorScript}; other
 *     threads may fail in each
 * @param pass which of the role's events at this place is the first that may throw, from 1: of the
 *     caller's step, of the round for other threads
 * @param stack throws only with this stack, as {@link EventSurvey} numbers it; 0 throws with any
 */
record Injection(
    Role role, ErrorKind kind, int count, String site, int step, int pass, long stack) {

  private static final Pattern TEXT =
      Pattern.compile(
          "role=(\\w+) kind=(\\w+) count=(\\d+) step=(\\d+) pass=(\\d+) stack=(\\w+) at (.+)");

  /** An error that the store's opening meets. */
  boolean isAtOpening() {
    return role == Role.CALLER && step == ErrorScript.OPENING;
  }

  @Override
  public String toString() {
    return "role=%s kind=%s count=%d step=%d pass=%d stack=%x at %s"
        .formatted(role, kind, count, step, pass, stack, site);
  }

  /** As {@link #toString} writes it. */
  static Injection parse(String text) {
    Matcher words = TEXT.matcher(text);
    if (!words.matches()) {
      throw new IllegalArgumentException("injection=" + text);
    }
    return new Injection(
        Role.valueOf(words.group(1)),
        ErrorKind.valueOf(words.group(2)),
        Integer.parseInt(words.group(3)),
        words.group(7),
        Integer.parseInt(words.group(4)),
        Integer.parseInt(words.group(5)),
        Long.parseUnsignedLong(words.group(6), 16));
  }
}
