package dev.firn.engine;

import dev.firn.core.EntryBatch;
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

  /**
   * Leaves out the entries of a forward batch at or above the upper bound, visible or not: behind
   * the range there may be any number of entries that are newer than the scan.
   *
   * @return whether there were any: they end the scan
   */
  boolean endAtUpper(EntryBatch entries) {
    int low = 0;
    int high = entries.size() - 1;
    if (entries.compareKey(high, upper.memory(), 0, upper.length()) < 0) {
      return false;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.compareKey(middle, upper.memory(), 0, upper.length()) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    entries.setSize(low);
    return true;
  }

  /**
   * Leaves out the entries of a backward batch below the lower bound, visible or not.
   *
   * @param from the first entry to look at
   * @return whether there were any: they end the scan
   */
  boolean endAtLower(EntryBatch entries, int from) {
    int size = entries.size();
    if (!isBelow(entries, size - 1)) {
      return false;
    }
    int end = from;
    while (end < size && !isBelow(entries, end)) {
      end++;
    }
    entries.setSize(end);
    return true;
  }

  private boolean isBelow(EntryBatch entries, int entry) {
    return entries.compareKey(entry, lower.memory(), 0, lower.length()) < 0;
  }
}
