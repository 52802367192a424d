package dev.firn.test.compare;

import java.util.Locale;

/** Sizes to choose from. */
enum Profile {
  /** All workloads at sizes that show how they run, not how fast. */
  TINY(0.002, 0.2),
  /** What users do, in less than half an hour for a round of three stores. */
  USERS(1, 3),
  /** Ten million entries, and more time. */
  FULL(10.0 / 3, 8);

  final double scale;
  final double seconds;

  Profile(double scale, double seconds) {
    this.scale = scale;
    this.seconds = seconds;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
