package dev.firn.cli.demo;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.Tree;
import dev.firn.cli.console.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A walk over a range. Keys that are out of order end the demonstration.
 *
 * @param entries entry count
 * @param nanos duration, with the opening of the cursor
 * @param samples the first keys
 */
record Scan(long entries, long nanos, List<byte[]> samples) {

  static Scan forward(Tree tree, KeyRange range, int samples) {
    return walk(tree, range, samples, Long.MAX_VALUE, false);
  }

  static Scan backward(Tree tree, KeyRange range, int samples, long limit) {
    return walk(tree, range, samples, limit, true);
  }

  private static Scan walk(Tree tree, KeyRange range, int samples, long limit, boolean reverse) {
    List<byte[]> seen = new ArrayList<>();
    long entries = 0;
    long began = System.nanoTime();
    try (Cursor cursor = tree.cursor(range)) {
      boolean more = reverse ? cursor.last() : cursor.first();
      while (more) {
        if (seen.size() < samples) {
          seen.add(cursor.keyBytes());
        }
        entries++;
        more = entries < limit && (reverse ? cursor.prev() : cursor.next());
      }
    }
    long nanos = System.nanoTime() - began;
    checkOrder(seen, reverse);
    return new Scan(entries, nanos, seen);
  }

  private static void checkOrder(List<byte[]> keys, boolean reverse) {
    for (int i = 1; i < keys.size(); i++) {
      int order = Arrays.compareUnsigned(keys.get(i - 1), keys.get(i));
      CityTour.require(reverse ? order > 0 : order < 0, "keys are out of order");
    }
  }

  /** Count, duration and rate. */
  String figures() {
    return entries < 1000
        ? Quantity.count(entries) + " in " + Quantity.nanos(nanos)
        : CityTour.times(entries, nanos);
  }
}
