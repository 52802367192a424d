package dev.firn.test.compare.workload;

import dev.firn.cli.workload.BenchKey;

/**
 * The size of a stage.
 *
 * @param entries that the store holds in the beginning
 * @param valueBytes length of a value
 * @param seed determines the order of keys and the bytes of values
 */
public record StageSize(long entries, int valueBytes, long seed) {

  /** Fewer entries, or bytes, would not make sense of every workload. */
  private static final long MIN_ENTRIES = 100;

  private static final long MIN_BYTES = 1 << 20;

  /** Bytes of all keys and values. */
  public long bytes() {
    return entries * (BenchKey.BYTES + (long) valueBytes);
  }

  /** The same with another count of entries. */
  public StageSize scaled(double factor) {
    long least = Math.max(MIN_ENTRIES, MIN_BYTES / valueBytes);
    long scaled = Math.max(least, Math.round(entries * factor));
    return new StageSize(factor < 1 ? Math.min(entries, scaled) : scaled, valueBytes, seed);
  }
}
