package dev.firn.compaction;

import dev.firn.version.Shape;

/**
 * How large each level should be.
 *
 * <p>The sizes hang from the lowest level's actual size: each level above it should be {@code
 * growthFactor} times smaller, and there are only as many levels as are needed to get down to a
 * size that level 0 can be merged into at a bearable price. Levels above the <i>base level</i>, the
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
 * <p>With sizes fixed from above, as in plain leveled trees, the lowest level may be hardly larger
 * than the one above it, and then half of the store may be stale data. Hung from below, all levels
 * between level 0 and the lowest are together about a ninth of the lowest, whatever its size; and a
 * small store has none of them, so that what is deleted is gone after one merge.
 *
 * @param base the highest level below level 0 that should be in use
 * @param belowZero the level that level 0 is merged into: the base level, or one above it that is
 *     still in use
 * @param lowest the lowest level
 * @param lowestBytes the size that the others hang from
 * @param growthFactor see {@link CompactionPolicy#growthFactor}
 */
record LevelTargets(int base, int belowZero, int lowest, long lowestBytes, int growthFactor) {

  static LevelTargets of(Shape shape, CompactionPolicy policy) {
    int lowest = policy.lowestLevel(shape);
    long lowestBytes = 0;
    for (int level = 1; level <= lowest; level++) {
      lowestBytes += shape.bytes(level);
    }
    int base = lowest - levelsBetween(lowestBytes, lowest, policy);
    // A level that is in use stays so until it is not needed by far, lest it come and go.
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

  /**
   * How many bytes a level below level 0 should have at most; for the lowest one there is no
   * limit.
   */
  long bytes(int level) {
    if (level == lowest) {
      return Long.MAX_VALUE;
    }
    if (level < base) {
      return 0;
    }
    long bytes = lowestBytes;
    for (int above = lowest; above > level; above--) {
      bytes /= growthFactor;
    }
    return bytes;
  }
}
