package dev.firn;

import java.time.Duration;
import java.util.Objects;

/** Refuses values of options that are out of range. */
final class OptionRange {

  private OptionRange() {}

  static long within(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + "=" + value + ": must be between " + min + " and " + max);
    }
    return value;
  }

  static Duration within(String name, Duration value, Duration max) {
    Objects.requireNonNull(value, name);
    if (value.isNegative() || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          name + "=" + value + ": must be between zero and " + max.toDays() + " days");
    }
    return value;
  }
}
