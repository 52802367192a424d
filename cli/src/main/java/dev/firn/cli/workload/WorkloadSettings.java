package dev.firn.cli.workload;

/**
 * The size of a workload.
 *
 * @param num key count, and the count of entries that a workload writes or reads
 * @param valueBytes length of a value
 * @param threads threads that share the workload
 * @param batchSize entries in a batch of fillbatch
 * @param nexts cursor steps after each seek of seekrandom
 * @param seed determines the order of keys and the bytes of values
 * @param check whether what is read is compared with what was written
 */
public record WorkloadSettings(
    long num, int valueBytes, int threads, int batchSize, int nexts, long seed, boolean check) {

  /** The shortest value: a value begins with a tag that identifies it. */
  public static final int MIN_VALUE_BYTES = BenchValues.HEADER_BYTES;

  /** The longest value. */
  public static final int MAX_VALUE_BYTES = 64 << 20;

  /** Maximum key count; its numbers fit into 16 digits. */
  public static final long MAX_NUM = 1_000_000_000_000L;

  /** Refuses what is out of range. */
  public WorkloadSettings {
    check("num", num, 1, MAX_NUM);
    check("value-size", valueBytes, MIN_VALUE_BYTES, MAX_VALUE_BYTES);
    check("threads", threads, 1, 1024);
    check("batch-size", batchSize, 1, 1_000_000);
    check("nexts", nexts, 0, 1_000_000);
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + "=" + value + " is not between " + min + " and " + max);
    }
  }

  /** The bytes of an entry: key and value. */
  long entryBytes() {
    return BenchKey.BYTES + (long) valueBytes;
  }
}
