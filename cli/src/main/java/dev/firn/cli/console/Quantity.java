package dev.firn.cli.console;

import java.time.Duration;
import java.util.Locale;

/** Quantities as text: three significant digits and a unit. */
public final class Quantity {

  private static final String[] BYTE_UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

  private Quantity() {}

  /** A count, with thousands separated. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A count and its noun, in singular or plural. */
  public static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  /** A number of bytes, in decimal units. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double scaled = bytes;
    int unit = -1;
    do {
      scaled /= 1000;
      unit++;
    } while (scaled >= 999.5 && unit < BYTE_UNITS.length - 1);
    return significant(scaled) + " " + BYTE_UNITS[unit];
  }

  /** A span of time. */
  public static String duration(Duration duration) {
    return nanos(duration.toNanos());
  }

  /** A span of time in nanoseconds. */
  public static String nanos(long nanos) {
    if (nanos < 999_500) {
      return significant(nanos / 1e3) + " µs";
    }
    return nanos < 999_500_000 ? significant(nanos / 1e6) + " ms" : significant(nanos / 1e9) + " s";
  }

  /** A rate per second. */
  public static String rate(long count, long nanos) {
    return count(Math.round(perSecond(count, nanos)));
  }

  /** A rate per second; a span too short to be measured counts as a nanosecond. */
  public static double perSecond(double count, long nanos) {
    return count * 1e9 / Math.max(1, nanos);
  }

  private static String significant(double value) {
    String format = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
