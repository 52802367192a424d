package dev.firn.test;

import dev.firn.Compression;
import dev.firn.StoreOptions;
import java.time.Duration;
import java.util.Random;

/** Options so small that a store rotates, flushes and compacts all the time. */
public final class TinyOptions {

  private TinyOptions() {}

  public static StoreOptions smallest() {
    return StoreOptions.defaults()
        .withJournalSegmentBytes(16 << 10)
        .withBlockBytes(256)
        .withTableBytes(8 << 10)
        .withLevelBaseBytes(16 << 10)
        .withBlockCacheBytes(64 << 10)
        .withSyncInterval(Duration.ZERO);
  }

  public static StoreOptions of(long seed) {
    Random random = new Random(seed);
    return smallest()
        .withJournalSegmentBytes(16L << (10 + random.nextInt(4)))
        .withBlockBytes(128 << random.nextInt(6))
        .withTableBytes(4L << (10 + random.nextInt(6)))
        .withLevelBaseBytes(8L << (10 + random.nextInt(6)))
        .withBlockCacheBytes(random.nextInt(3) == 0 ? 0 : 32 << 10)
        .withFilterBitsPerKey(random.nextInt(3) * 5)
        .withCompression(random.nextBoolean() ? Compression.LZ4 : Compression.NONE)
        .withSyncInterval(random.nextBoolean() ? Duration.ofMillis(3) : Duration.ZERO);
  }
}
