package dev.firn.compaction;

import dev.firn.version.Shape;

/**
 * How far the merging is behind.
 *
 * @param levelZeroRuns the runs of level 0, each of which a reader has to look into
 * @param pendingBytes about how many bytes have to be rewritten before the picker is content
 */
public record CompactionPressure(int levelZeroRuns, long pendingBytes) {

  /** The pressure of a shape. */
  public static CompactionPressure of(Shape shape, CompactionPolicy policy) {
    LevelTargets targets = LevelTargets.of(shape, policy);
    int runs = shape.runs(0).size();
    long pending = 0;
    long arriving = 0;
    if (runs >= policy.levelZeroRuns() || shape.bytes(0) >= policy.levelZeroBytes()) {
      arriving = shape.bytes(0);
      long below = shape.bytes(targets.belowZero());
      pending = arriving + Math.min(below, arriving * policy.levelZeroCost());
    }
    for (int level = targets.belowZero(); level < targets.lowest(); level++) {
      long excess = Math.max(0, shape.bytes(level) + arriving - targets.bytes(level));
      // Each byte meets at most so many below, and no more than there are.
      long met = Math.min(excess * policy.growthFactor(), shape.bytes(level + 1));
      pending += excess == 0 ? 0 : excess + met;
      arriving = excess;
    }
    return new CompactionPressure(runs, pending);
  }
}
