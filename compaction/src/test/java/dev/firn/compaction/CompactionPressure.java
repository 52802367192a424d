package dev.firn.compaction;

import dev.firn.version.Shape;

/**
 * How far compaction is behind, for the simulation.
 *
 * @param levelZeroRuns level-0 run count
 * @param pendingBytes estimated bytes to rewrite until the picker finds nothing
 */
record CompactionPressure(int levelZeroRuns, long pendingBytes) {

  /** The pressure of a shape. */
  static CompactionPressure of(Shape shape, CompactionPolicy policy) {
    LevelTargets targets = LevelTargets.of(shape, policy);
    int runs = shape.runs(0).size();
    long pending = 0;
    long arriving = 0;
    if (runs >= policy.levelZeroRuns() || shape.bytes(0) >= policy.levelZeroBytes()) {
      arriving = shape.bytes(0);
      long below = shape.bytes(targets.levelZeroOutput());
      pending = arriving + Math.min(below, arriving * policy.levelZeroCost());
    }
    for (int level = targets.levelZeroOutput(); level < targets.lowestLevel(); level++) {
      long excess = Math.max(0, shape.bytes(level) + arriving - targets.bytes(level));
      // Each byte overlaps at most growthFactor bytes below, and no more than exist.
      long met = Math.min(excess * policy.growthFactor(), shape.bytes(level + 1));
      pending += excess == 0 ? 0 : excess + met;
      arriving = excess;
    }
    return new CompactionPressure(runs, pending);
  }
}
