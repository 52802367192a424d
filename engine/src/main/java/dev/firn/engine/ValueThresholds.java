package dev.firn.engine;

import dev.firn.memtable.LargeValues;
import dev.firn.version.TreeCatalogue;

/**
 * The lengths from which on the values of each tree are large.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * @param trees the trees, of which some have thresholds of their own
 * @param minBytes the least of all thresholds
 * @param usual that of the other trees
 */
record ValueThresholds(TreeCatalogue trees, long minBytes, long usual) implements LargeValues {

  /**
   * The thresholds at a moment.
   *
   * @param usual that of trees without one of their own
   */
  static ValueThresholds of(TreeCatalogue trees, long usual) {
    return new ValueThresholds(trees, Math.min(usual, trees.leastValueFileBytes()), usual);
  }

  @Override
  public boolean isLarge(int tree, long length) {
    int own = trees.settings(tree).minValueFileBytes();
    return length >= (own == 0 ? usual : own);
  }
}
