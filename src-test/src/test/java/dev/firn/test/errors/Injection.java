package dev.firn.test.errors;

/**
 * One error to be thrown in one round.
 *
 * @param role the thread
 * @param kind what is thrown
 * @param count how many events of the thread throw, one after the other: a thread that has no stack
 *     or no memory left fails again in its catch and finally blocks
 * @param event the number of the first event of that role that throws, from 1
 */
record Injection(Role role, ErrorKind kind, int count, long event) {

  @Override
  public String toString() {
    return "role=" + role + " kind=" + kind + " count=" + count + " event=" + event;
  }

  /** As {@link #toString} writes it. */
  static Injection parse(String text) {
    String[] words = text.split(" ", -1);
    return new Injection(
        Role.valueOf(value(words[0])),
        ErrorKind.valueOf(value(words[1])),
        Integer.parseInt(value(words[2])),
        Long.parseLong(value(words[3])));
  }

  private static String value(String word) {
    return word.substring(word.indexOf('=') + 1);
  }
}
