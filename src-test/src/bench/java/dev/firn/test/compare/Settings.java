package dev.firn.test.compare;

import dev.firn.cli.workload.BenchKey;

/**
 * The size of a comparison.
 *
 * @param num count of the entries that a store holds
 * @param valueBytes length of a value
 * @param seconds duration of reads; walks and synced writes take half of it
 * @param seed determines the order of keys and the bytes of values
 */
record Settings(long num, int valueBytes, double seconds, long seed) {

  /** Enough for the JIT compiler to have little left to do. */
  private static final long WARM_UP_ENTRIES = 2_000_000;

  private static final long WARM_UP_BYTES = 240_000_000;
  private static final double WARM_UP_SECONDS = 3;

  /** Bytes of all keys and values. */
  long userBytes() {
    return num * (BenchKey.BYTES + valueBytes);
  }

  Size size() {
    return new Size(num, valueBytes);
  }

  long readNanos() {
    return (long) (seconds * 1e9);
  }

  /** The same, but small: what a JVM runs first, so that what counts runs compiled code. */
  Settings forWarmUp() {
    long entries = Math.clamp(WARM_UP_BYTES / (BenchKey.BYTES + valueBytes), 1, WARM_UP_ENTRIES);
    return new Settings(
        Math.min(num, entries), valueBytes, Math.min(seconds, WARM_UP_SECONDS), seed);
  }
}
