package dev.firn.engine;

import org.jspecify.annotations.Nullable;

/**
 * The bounds of a scan, as store keys.
 *
 * @param lower the first key of the range
 * @param upper the first key after the range
 */
record ScanRange(KeyBuffer lower, KeyBuffer upper) {

  /**
   * A range of a tree's keys.
   *
   * @param lower the first user key of the range
   * @param upper the first user key after the range, or null for the tree's end
   */
  static ScanRange of(int tree, byte[] lower, byte @Nullable [] upper) {
    KeyBuffer from = new KeyBuffer();
    from.setStoreKey(tree, lower);
    KeyBuffer to = new KeyBuffer();
    if (upper == null) {
      to.setTreeStart(tree + 1);
    } else {
      to.setStoreKey(tree, upper);
    }
    return new ScanRange(from, to);
  }
}
