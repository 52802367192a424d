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
    ScanRange range = new ScanRange(new KeyBuffer(), new KeyBuffer());
    range.set(tree, lower, upper);
    return range;
  }

  /** Sets the bounds, as in {@link #of}. */
  void set(int tree, byte[] from, byte @Nullable [] to) {
    lower.setStoreKey(tree, from);
    if (to == null) {
      upper.setTreeStart(tree + 1);
    } else {
      upper.setStoreKey(tree, to);
    }
  }

  long memoryBytes() {
    return lower.memoryBytes() + upper.memoryBytes();
  }
}
