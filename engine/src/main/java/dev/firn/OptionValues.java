package dev.firn;

import dev.firn.engine.MemoryPlan;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The values of all options of a store, as they are set, and their defaults.
 *
 * <p><b>Threading.</b> Belongs to a builder, or is never changed.
 */
final class OptionValues {

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  boolean createIfMissing = true;
  boolean salvage;
  long memoryBytes = MemoryPlan.UNSET;
  long journalSegmentBytes = MemoryPlan.UNSET;
  long minValueFileBytes = 4 * KIB;
  int blockBytes = (int) (4 * KIB);
  long tableBytes = 64 * MIB;
  long levelBaseBytes = 256 * MIB;
  long blockCacheBytes = MemoryPlan.UNSET;
  long pageCacheBytes = MemoryPlan.UNSET;
  int filterBitsPerKey = 10;
  Compression compression = Compression.AUTO;
  Duration syncInterval = Duration.ofSeconds(5);
  Duration scrubInterval = Duration.ofDays(1);
  long scrubBytesPerSecond = 8 * MIB;
  Duration tombstoneMaxAge = Duration.ofDays(1);
  Duration maxTransactionAge = Duration.ofMinutes(5);
  ProblemListener problemListener = problem -> {};
  InstantSource clock = InstantSource.system();

  /** The defaults. */
  OptionValues() {}

  /** A copy. */
  OptionValues(OptionValues other) {
    createIfMissing = other.createIfMissing;
    salvage = other.salvage;
    memoryBytes = other.memoryBytes;
    journalSegmentBytes = other.journalSegmentBytes;
    minValueFileBytes = other.minValueFileBytes;
    blockBytes = other.blockBytes;
    tableBytes = other.tableBytes;
    levelBaseBytes = other.levelBaseBytes;
    blockCacheBytes = other.blockCacheBytes;
    pageCacheBytes = other.pageCacheBytes;
    filterBitsPerKey = other.filterBitsPerKey;
    compression = other.compression;
    syncInterval = other.syncInterval;
    scrubInterval = other.scrubInterval;
    scrubBytesPerSecond = other.scrubBytesPerSecond;
    tombstoneMaxAge = other.tombstoneMaxAge;
    maxTransactionAge = other.maxTransactionAge;
    problemListener = other.problemListener;
    clock = other.clock;
  }

  /**
   * How the memory is divided.
   *
   * @throws IllegalArgumentException when {@link #memoryBytes} is too small for another option
   */
  MemoryPlan memoryPlan() {
    return MemoryPlan.of(memoryBytes, journalSegmentBytes, blockCacheBytes);
  }

  /** Memory of the page cache, as set or as planned. */
  long pageCacheBytes(MemoryPlan memory) {
    return pageCacheBytes == MemoryPlan.UNSET ? memory.pageCacheBytes() : pageCacheBytes;
  }

  /** All options but the listener and the clock, as {@code name=value}. */
  String text(MemoryPlan memory) {
    return String.join(
        ", ",
        "createIfMissing=" + createIfMissing,
        "salvage=" + salvage,
        "memoryBytes=" + memory.memoryBytes(),
        "journalSegmentBytes=" + memory.journalSegmentBytes(),
        "minValueFileBytes=" + minValueFileBytes,
        "blockBytes=" + blockBytes,
        "tableBytes=" + tableBytes,
        "levelBaseBytes=" + levelBaseBytes,
        "blockCacheBytes=" + memory.blockCacheBytes(),
        "pageCacheBytes=" + pageCacheBytes(memory),
        "filterBitsPerKey=" + filterBitsPerKey,
        "compression=" + compression,
        "syncInterval=" + syncInterval,
        "scrubInterval=" + scrubInterval,
        "scrubBytesPerSecond=" + scrubBytesPerSecond,
        "tombstoneMaxAge=" + tombstoneMaxAge,
        "maxTransactionAge=" + maxTransactionAge);
  }
}
