package dev.firn.compaction;

import dev.firn.sstable.TableMetadata;
import dev.firn.version.Shape;
import dev.firn.version.VersionEdit;

/**
 * The numbers that decide when and how the tree is compacted.
 *
 * @param levelZeroRuns level-0 run count at which level 0 is compacted
 * @param levelZeroCost level 0 is compacted into the level below when that rewrites at most this
 *     many bytes there for each byte of level 0; until then, runs of level 0 are compacted among
 *     each other
 * @param levelBaseBytes up to {@code growthFactor} times this size, a store needs no level between
 *     level 0 and the lowest
 * @param growthFactor the target size of a level divided by that of the level above it
 * @param maxLevels level count, level 0 included
 * @param targetTableBytes size of the tables that a compaction writes
 * @param deletionPercent a table with at least this percentage of deletions is compacted into the
 *     next level when nothing else is to be done; above 100: never
 * @param tombstoneMaxAgeSeconds age at which a deletion is compacted down to the lowest level; 0:
 *     never
 */
public record CompactionPolicy(
    int levelZeroRuns,
    int levelZeroCost,
    long levelBaseBytes,
    int growthFactor,
    int maxLevels,
    long targetTableBytes,
    int deletionPercent,
    long tombstoneMaxAgeSeconds) {

  /** Level-0 run count above which writers are throttled. */
  public static final int LEVEL_ZERO_SLOWDOWN_RUNS = 20;

  /** Level-0 run count from which on the throttle brings writers to a stop. */
  public static final int LEVEL_ZERO_STOP_RUNS = 48;

  /** A larger store has larger tables, so that it has no more of them than about this many. */
  private static final int MAX_TABLES = 1 << 14;

  /** A level 0 below this size is no burden. */
  private static final long MIN_SLOWDOWN_BYTES = 256L << 20;

  /** Twice the size at which level 0 is compacted under load. */
  private static final int LEVEL_ZERO_SLOWDOWN_FACTOR = 6;

  /** A table is small below this fraction of the target size. */
  private static final int SMALL_FRACTION = 4;

  private static final CompactionPolicy DEFAULTS =
      new CompactionPolicy(4, 4, 256L << 20, 10, 7, 64L << 20, 50, 86_400);

  /** Refuses values out of range. */
  public CompactionPolicy {
    check("levelZeroRuns", levelZeroRuns, 1, 1 << 10);
    check("levelZeroCost", levelZeroCost, 1, 1 << 20);
    check("levelBaseBytes", levelBaseBytes, 1, Long.MAX_VALUE >> 10);
    check("growthFactor", growthFactor, 2, 100);
    check("maxLevels", maxLevels, 2, VersionEdit.MAX_LEVELS);
    check("targetTableBytes", targetTableBytes, 1, Long.MAX_VALUE >> 10);
    check("deletionPercent", deletionPercent, 1, Integer.MAX_VALUE);
    check("tombstoneMaxAgeSeconds", tombstoneMaxAgeSeconds, 0, Long.MAX_VALUE);
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + "=" + value + " is not from " + min + " to " + max);
    }
  }

  /** The policy of a store with default options. */
  public static CompactionPolicy defaults() {
    return DEFAULTS;
  }

  /** The same with another {@link #levelZeroRuns}. */
  public CompactionPolicy withLevelZeroRuns(int runs) {
    return new CompactionPolicy(
        runs,
        levelZeroCost,
        levelBaseBytes,
        growthFactor,
        maxLevels,
        targetTableBytes,
        deletionPercent,
        tombstoneMaxAgeSeconds);
  }

  /** The same with another {@link #levelZeroCost}. */
  CompactionPolicy withLevelZeroCost(int cost) {
    return new CompactionPolicy(
        levelZeroRuns,
        cost,
        levelBaseBytes,
        growthFactor,
        maxLevels,
        targetTableBytes,
        deletionPercent,
        tombstoneMaxAgeSeconds);
  }

  /** The same with another {@link #levelBaseBytes}. */
  public CompactionPolicy withLevelBaseBytes(long bytes) {
    return new CompactionPolicy(
        levelZeroRuns,
        levelZeroCost,
        bytes,
        growthFactor,
        maxLevels,
        targetTableBytes,
        deletionPercent,
        tombstoneMaxAgeSeconds);
  }

  /** The same with another {@link #targetTableBytes}. */
  public CompactionPolicy withTargetTableBytes(long bytes) {
    return new CompactionPolicy(
        levelZeroRuns,
        levelZeroCost,
        levelBaseBytes,
        growthFactor,
        maxLevels,
        bytes,
        deletionPercent,
        tombstoneMaxAgeSeconds);
  }

  /** The same with another {@link #tombstoneMaxAgeSeconds}. */
  public CompactionPolicy withTombstoneMaxAgeSeconds(long seconds) {
    return new CompactionPolicy(
        levelZeroRuns,
        levelZeroCost,
        levelBaseBytes,
        growthFactor,
        maxLevels,
        targetTableBytes,
        deletionPercent,
        seconds);
  }

  /**
   * The same for a store of a size: its tables are so large that files, mappings and the picker's
   * work stay bounded.
   */
  public CompactionPolicy forSize(long storeBytes) {
    long bytes = storeBytes / MAX_TABLES;
    return bytes <= targetTableBytes ? this : withTargetTableBytes(bytes);
  }

  /** Size at which level 0 is compacted, whatever its run count. */
  long levelZeroBytes() {
    return levelZeroRuns * levelBaseBytes;
  }

  /** Size of level 0 above which writers are throttled. */
  public long levelZeroSlowdownBytes() {
    return Math.max(MIN_SLOWDOWN_BYTES, LEVEL_ZERO_SLOWDOWN_FACTOR * levelZeroBytes());
  }

  /** Max input of a compaction of level 0 into the level below: level 0 grows while it runs. */
  long maxCompactionBytes() {
    return 2L * (levelZeroCost + 2) * levelBaseBytes;
  }

  /** Max bytes of the level below that a table may overlap: a later compaction rewrites them. */
  long maxOverlapBytes() {
    return 2L * growthFactor * targetTableBytes;
  }

  /** The number of the lowest level of a shape under this policy. */
  int lowestLevel(Shape shape) {
    return Math.max(maxLevels, shape.levels()) - 1;
  }

  /** Whether a table should be merged with others into a larger one when there is a choice. */
  boolean isSmall(TableMetadata table) {
    return table.fileBytes() < targetTableBytes / SMALL_FRACTION;
  }
}
