package dev.firn.compaction;

import dev.firn.version.Shape;

/**
 * The numbers by which {@link CompactionPicker} decides.
 *
 * @param levelZeroRuns how many runs level 0 may have before something is done about it
 * @param levelZeroCost level 0 is merged into the level below when that rewrites at most so many
 *     bytes of it for each byte of level 0; until then, runs of level 0 are merged among each other
 * @param levelBaseBytes up to {@code growthFactor} times this size, a store needs no level between
 *     level 0 and the lowest
 * @param growthFactor how much larger each level is than the one above it
 * @param maxLevels how many levels there are, level 0 among them
 * @param targetTableBytes how large the tables of a merge's output are
 * @param deletionPercent a table with at least so many deletions among its entries goes down when
 *     nothing else is to be done; above 100: never
 */
public record CompactionPolicy(
    int levelZeroRuns,
    int levelZeroCost,
    long levelBaseBytes,
    int growthFactor,
    int maxLevels,
    long targetTableBytes,
    int deletionPercent) {

  private static final CompactionPolicy DEFAULTS =
      new CompactionPolicy(4, 4, 256L << 20, 10, 7, 64L << 20, 50);

  /** Refuses values that make no tree. */
  public CompactionPolicy {
    check("levelZeroRuns", levelZeroRuns, 1, 1 << 10);
    check("levelZeroCost", levelZeroCost, 1, 1 << 20);
    check("levelBaseBytes", levelBaseBytes, 1, Long.MAX_VALUE >> 10);
    check("growthFactor", growthFactor, 2, 100);
    check("maxLevels", maxLevels, 2, Shape.MAX_LEVELS);
    check("targetTableBytes", targetTableBytes, 1, Long.MAX_VALUE >> 10);
    check("deletionPercent", deletionPercent, 1, Integer.MAX_VALUE);
  }

  private static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + "=" + value + " is not from " + least + " to " + most);
    }
  }

  /** What suits a store on the whole. */
  public static CompactionPolicy defaults() {
    return DEFAULTS;
  }

  /** The same with another number of runs in level 0. */
  public CompactionPolicy withLevelZeroRuns(int runs) {
    return new CompactionPolicy(
        runs,
        levelZeroCost,
        levelBaseBytes,
        growthFactor,
        maxLevels,
        targetTableBytes,
        deletionPercent);
  }

  /** The same with another price of merging level 0 down. */
  public CompactionPolicy withLevelZeroCost(int cost) {
    return new CompactionPolicy(
        levelZeroRuns,
        cost,
        levelBaseBytes,
        growthFactor,
        maxLevels,
        targetTableBytes,
        deletionPercent);
  }

  /** The same with another base. */
  public CompactionPolicy withLevelBaseBytes(long bytes) {
    return new CompactionPolicy(
        levelZeroRuns,
        levelZeroCost,
        bytes,
        growthFactor,
        maxLevels,
        targetTableBytes,
        deletionPercent);
  }

  /** The same with another size of tables. */
  public CompactionPolicy withTargetTableBytes(long bytes) {
    return new CompactionPolicy(
        levelZeroRuns,
        levelZeroCost,
        levelBaseBytes,
        growthFactor,
        maxLevels,
        bytes,
        deletionPercent);
  }

  /** How much level 0 may hold, however few its runs are. */
  long levelZeroBytes() {
    return levelZeroRuns * levelBaseBytes;
  }

  /**
   * How much of level 0 and the level below it may be merged at once: meanwhile level 0 fills
   * up.
   */
  long maxMergeBytes() {
    return 2L * (levelZeroCost + 2) * levelBaseBytes;
  }

  /** How much of the level below a table may overlap, lest it be dear to merge it there. */
  long maxOverlapBytes() {
    return 2L * growthFactor * targetTableBytes;
  }

  /** The number of the lowest level of a shape under this policy. */
  int lowestLevel(Shape shape) {
    return Math.max(maxLevels, shape.levels()) - 1;
  }
}
