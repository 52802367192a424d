package dev.firn.cli.bench;

import dev.firn.Compression;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark is asked for.
 *
 * @param num how many keys there are, and how many entries a workload writes or reads
 * @param valueBytes the length of a value
 * @param threads how many threads share a workload
 * @param batchSize entries in a batch of fillbatch
 * @param nexts steps behind each seek of seekrandom
 * @param seed what keys' order and values are made from
 * @param compression of the tables
 * @param limit when a workload stops although there is more to do, or null
 * @param check whether what is read is compared with what was written
 */
public record BenchSettings(
    long num,
    int valueBytes,
    int threads,
    int batchSize,
    int nexts,
    long seed,
    Compression compression,
    @Nullable Duration limit,
    boolean check) {

  /** The shortest value: its first bytes say which one it is. */
  public static final int MIN_VALUE_BYTES = BenchValues.HEADER_BYTES;

  /** The longest value. */
  public static final int MAX_VALUE_BYTES = 64 << 20;

  /** The most keys: that many fit into 16 digits. */
  public static final long MAX_NUM = 1_000_000_000_000L;

  /** Refuses what makes no sense. */
  public BenchSettings {
    check("num", num, 1, MAX_NUM);
    check("value-size", valueBytes, MIN_VALUE_BYTES, MAX_VALUE_BYTES);
    check("threads", threads, 1, 1024);
    check("batch-size", batchSize, 1, 1_000_000);
    check("nexts", nexts, 0, 1_000_000);
  }

  private static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + "=" + value + " is not between " + least + " and " + most);
    }
  }

  /** The same, with no limit of time. */
  BenchSettings withoutLimit() {
    return new BenchSettings(
        num, valueBytes, threads, batchSize, nexts, seed, compression, null, check);
  }

  /** The bytes of an entry: key and value. */
  long entryBytes() {
    return BenchKey.BYTES + (long) valueBytes;
  }
}
