package dev.firn.test.compare.report;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A figure that is measured, and its row in the table. */
public enum Metric {
  /** Operations a second. */
  RATE("thousand/s", true, 1e-3),
  /** Operations a second, counting the time until flushes and compactions have ended. */
  SETTLED("thousand/s until settled", true, 1e-3),
  /** Writes a second by the thread that writes while others read. */
  BESIDE("thousand/s, the writer", true, 1e-3),
  /** Median latency of a step, in microseconds. */
  P50("p50, µs", false, 1),
  /** 99th percentile of the latency of a step. */
  P99("p99, µs", false, 1),
  /** 99.9th percentile of the latency of a step. */
  P999("p99.9, µs", false, 1),
  /** Maximum latency of a step. */
  LONGEST("longest, µs", false, 1),
  /** Heap bytes that an operation allocates. */
  GARBAGE("garbage, bytes", false, 1),
  /** Bytes written to the device for each byte of keys and values. */
  WRITTEN("bytes written / byte", false, 1),
  /** Bytes on the device for each byte of keys and values that the store holds. */
  SPACE("bytes on disk / byte", false, 1),
  /** Bytes that an operation reads from the device. */
  DEVICE_READ("device bytes read", false, 1),
  /** Transactions that were refused and tried again, of a hundred. */
  REFUSED("refused, %", false, 1);

  /** Nothing to show. */
  public static final Set<Metric> NOTHING = Set.of();

  /** Shown for most. */
  public static final Set<Metric> RATE_ONLY = setOf(RATE);

  /** Shown where the slow ones of many matter. */
  public static final Set<Metric> RATE_AND_P99 = setOf(RATE, P99);

  /** Shown where threads wait for each other or for the device. */
  public static final Set<Metric> WRITE = setOf(RATE, P99, LONGEST);

  /** Shown where everything is written, and the background has ended. */
  public static final Set<Metric> FILL = setOf(RATE, SETTLED, P99, P999, LONGEST);

  /** Shown where latencies matter. */
  public static final Set<Metric> LATENCIES = setOf(RATE, P50, P99, P999, LONGEST);

  /** Shown for scans whose latencies matter. */
  public static final Set<Metric> SCAN_LATENCIES = setOf(RATE, P50, P99, P999, LONGEST, GARBAGE);

  private final String unit;
  private final boolean moreIsBetter;
  private final double factor;

  Metric(String unit, boolean moreIsBetter, double factor) {
    this.unit = unit;
    this.moreIsBetter = moreIsBetter;
    this.factor = factor;
  }

  private static Set<Metric> setOf(Metric first, Metric... others) {
    return Collections.unmodifiableSet(EnumSet.of(first, others));
  }

  /** What the table calls it. */
  String unit() {
    return unit;
  }

  /** The figure in the unit of the table, with three significant digits. */
  String format(double value) {
    double scaled = value * factor;
    String format = scaled >= 99.95 ? "%,.0f" : scaled >= 0.995 ? "%.1f" : "%.2f";
    if (scaled < 0.0995) {
      format = scaled < 0.0005 ? "%.0f" : "%.3f";
    }
    return String.format(Locale.ROOT, format, scaled);
  }

  /** How many times better one figure is than another; 1 if neither is. */
  double advantage(double of, double over) {
    return moreIsBetter ? of / over : over / of;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Metric of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
