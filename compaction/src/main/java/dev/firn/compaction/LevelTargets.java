package dev.firn.compaction;

import dev.firn.version.Shape;

/**
 * The target size of each level.
 *
 * <p>Targets derive from the actual size of the lowest level: each level above it should be {@code
 * growthFactor} times smaller, and there are only as many levels as it takes to get down to a size
 * into which level 0 can be compacted at a low cost. Levels above the <i>base level</i>, the
 * highest one in use, should be empty.
 *
 * <pre>
 *  lowest level up to          levels in use      (base 256 MiB, factor 10, 7 levels)
 *      2.5 GiB                 0, 6
 *       25 GiB                 0, 5, 6
 *      250 GiB                 0, 4, 5, 6
 *      2.5 TiB                 0, 3, 4, 5, 6
 * </pre>
 *
 * <p>With sizes fixed from level 1 down, the lowest level may be hardly larger than the level above
 * it, and then half of the store may be stale data. With sizes derived from the lowest level, all
 * levels between level 0 and the lowest make about a ninth of the lowest, whatever its size. A
 * small store has no such level, so one compaction removes what was deleted.
 *
 * @param baseLevel the highest level below level 0 that should be in use
 * @param levelZeroOutput the level that level 0 is compacted into: the base level, or a level above
 *     it that is not empty yet
 * @param lowestLevel the lowest level
 * @param lowestBytes the size that the targets derive from
 * @param growthFactor see {@link CompactionPolicy#growthFactor}
 */
record LevelTargets(
    int baseLevel, int levelZeroOutput, int lowestLevel, long lowestBytes, int growthFactor) {

  static LevelTargets of(Shape shape, CompactionPolicy policy) {
    int lowest = policy.lowestLevel(shape);
    long lowestBytes = 0;
    for (int level = 1; level <= lowest; level++) {
      lowestBytes += shape.bytes(level);
    }
    int base = lowest - levelsBetween(lowestBytes, lowest, policy);
    // Hysteresis: a level in use becomes superfluous only at half the size at which it came into
    // use.
    int used = firstUsed(shape, lowest);
    if (used == base - 1 && lowest - levelsBetween(2 * lowestBytes, lowest, policy) == used) {
      base = used;
    }
    return new LevelTargets(base, Math.min(base, used), lowest, lowestBytes, policy.growthFactor());
  }

  private static int levelsBetween(long lowestBytes, int lowest, CompactionPolicy policy) {
    int levels = 0;
    long bytes = lowestBytes / policy.growthFactor();
    while (bytes > policy.levelBaseBytes() && levels < lowest - 1) {
      bytes /= policy.growthFactor();
      levels++;
    }
    return levels;
  }

  private static int firstUsed(Shape shape, int lowest) {
    for (int level = 1; level < lowest; level++) {
      if (!shape.runs(level).isEmpty()) {
        return level;
      }
    }
    return lowest;
  }

  /** Target size of a level below level 0; the lowest level has no limit. */
  long bytes(int level) {
    if (level == lowestLevel) {
      return Long.MAX_VALUE;
    }
    if (level < baseLevel) {
      return 0;
    }
    long bytes = lowestBytes;
    for (int above = lowestLevel; above > level; above--) {
      bytes /= growthFactor;
    }
    return bytes;
  }
}
