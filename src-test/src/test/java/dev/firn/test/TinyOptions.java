package dev.firn.test;

import dev.firn.Compression;
import dev.firn.StoreOptions;
import java.time.Duration;
import java.util.Random;

/** Options so small that a store rotates, flushes and compacts all the time. */
public final class TinyOptions {

  private TinyOptions() {}

  public static StoreOptions smallest() {
    return StoreOptions.builder()
        .journalSegmentBytes(16 << 10)
        .minValueFileBytes(64)
        .blockBytes(256)
        .tableBytes(8 << 10)
        .levelBaseBytes(16 << 10)
        .blockCacheBytes(64 << 10)
        .syncInterval(Duration.ZERO)
        .build();
  }

  public static StoreOptions of(long seed) {
    Random random = new Random(seed);
    return smallest().toBuilder()
        .journalSegmentBytes(16L << (10 + random.nextInt(4)))
        .minValueFileBytes(64L << random.nextInt(6))
        .blockBytes(128 << random.nextInt(6))
        .tableBytes(4L << (10 + random.nextInt(6)))
        .levelBaseBytes(8L << (10 + random.nextInt(6)))
        .blockCacheBytes(random.nextInt(3) == 0 ? 0 : 32 << 10)
        .filterBitsPerKey(random.nextInt(3) * 5)
        .compression(Compression.values()[random.nextInt(Compression.values().length)])
        .syncInterval(random.nextBoolean() ? Duration.ofMillis(3) : Duration.ZERO)
        .pageCacheBytes(random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(256 << 10))
        .build();
  }
}
