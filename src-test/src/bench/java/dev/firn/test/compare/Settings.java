package dev.firn.test.compare;

import dev.firn.cli.bench.BenchKey;

/**
 * What is measured.
 *
 * @param num how many entries a store holds
 * @param valueBytes the length of a value
 * @param seconds how long reads last, and synced writes half of it
 * @param seed what order and values are made from
 */
record Settings(long num, int valueBytes, double seconds, long seed) {

  /** As many as it takes until the compiler has little left to do. */
  private static final long WARM_UP_ENTRIES = 2_000_000;

  private static final long WARM_UP_BYTES = 240_000_000;
  private static final double WARM_UP_SECONDS = 3;

  /** What all keys and values take. */
  long userBytes() {
    return num * (BenchKey.BYTES + valueBytes);
  }

  Size size() {
    return new Size(num, valueBytes);
  }

  long readNanos() {
    return (long) (seconds * 1e9);
  }

  /** The same, with another time for reads. */
  Settings withSeconds(double seconds) {
    return new Settings(num, valueBytes, seconds, seed);
  }

  /** The same, but small: what a JVM runs first, so that what counts finds compiled code. */
  Settings forWarmUp() {
    long entries = Math.clamp(WARM_UP_BYTES / (BenchKey.BYTES + valueBytes), 1, WARM_UP_ENTRIES);
    return new Settings(
        Math.min(num, entries), valueBytes, Math.min(seconds, WARM_UP_SECONDS), seed);
  }
}
