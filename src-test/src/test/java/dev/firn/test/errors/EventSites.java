package dev.firn.test.errors;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/** The places in the code that were given a call of {@link ErrorInjector#event}, by number. */
final class EventSites {

  @GuardedBy("EventSites.class")
  private static final List<String> NAMES = new ArrayList<>();

  private EventSites() {}

  /** A number for a place. */
  static synchronized int add(String name) {
    NAMES.add(name);
    return NAMES.size() - 1;
  }

  static synchronized String name(int site) {
    return NAMES.get(site);
  }

  static synchronized int count() {
    return NAMES.size();
  }
}
