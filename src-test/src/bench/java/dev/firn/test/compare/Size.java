package dev.firn.test.compare;

import java.util.List;
import java.util.Locale;

/**
 * The size of a store.
 *
 * @param num entry count
 * @param valueBytes length of a value
 */
record Size(long num, int valueBytes) {

  /** Growing entry counts. */
  static final List<Size> ENTRIES =
      List.of(new Size(1_000_000, 100), new Size(10_000_000, 100), new Size(50_000_000, 100));

  /** Growing lengths of values, in stores of about a gigabyte. */
  static final List<Size> VALUES =
      List.of(
          new Size(30_000_000, 20),
          new Size(10_000_000, 100),
          new Size(1_000_000, 1024),
          new Size(65_536, 16_384));

  static Size of(Result result) {
    return new Size(result.num(), result.valueBytes());
  }

  String entriesLabel() {
    return num >= 1_000_000 ? num / 1_000_000 + " M" : String.format(Locale.ROOT, "%,d", num);
  }

  String valueLabel() {
    return valueBytes % 1024 == 0 ? valueBytes / 1024 + " KiB" : valueBytes + " B";
  }
}
