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
 * @param pass which of the role's events at this place is the first that throws, from 1
 */
record Injection(Role role, ErrorKind kind, int count, String site, int pass) {

  private static final Pattern TEXT =
      Pattern.compile("role=(\\w+) kind=(\\w+) count=(\\d+) pass=(\\d+) at (.+)");

  @Override
  public String toString() {
    return "role=%s kind=%s count=%d pass=%d at %s".formatted(role, kind, count, pass, site);
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
        words.group(5),
        Integer.parseInt(words.group(4)));
  }
}
