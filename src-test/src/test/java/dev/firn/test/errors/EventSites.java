package dev.firn.test.errors;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The places in the code that were given a call of {@link ErrorInjector#event}, by number.
 * Overloaded methods have the same places.
 */
final class EventSites {

  @GuardedBy("EventSites.class")
  private static final List<String> NAMES = new ArrayList<>();

  @GuardedBy("EventSites.class")
  private static final Map<String, Integer> NUMBERS = new HashMap<>();

  private EventSites() {}

  /** The number of a place; a place that is named before its class is loaded has one too. */
  static synchronized int number(String name) {
    Integer known = NUMBERS.get(name);
    if (known != null) {
      return known;
    }
    NAMES.add(name);
    NUMBERS.put(name, NAMES.size() - 1);
    return NAMES.size() - 1;
  }

  static synchronized String name(int site) {
    return NAMES.get(site);
  }
}
