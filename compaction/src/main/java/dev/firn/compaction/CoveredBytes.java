package dev.firn.compaction;

import dev.firn.core.range.RangeTombstones;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import java.util.Arrays;

/** Estimates how many bytes of tables range tombstones cover. */
public final class CoveredBytes {

  private static final int WORD = 6;

  private CoveredBytes() {}

  /**
   * The bytes of the tables of some levels that range tombstones cover. Keys are taken to be evenly
   * spread over a table's range.
   *
   * @param level the first level to look at
   */
  public static long estimate(Shape shape, int level, RangeTombstones ranges) {
    double bytes = 0;
    for (int at = level; at < shape.levels(); at++) {
      for (Run run : shape.runs(at)) {
        for (int i = 0; i < ranges.size(); i++) {
          byte[] start = ranges.start(i);
          byte[] end = ranges.end(i);
          for (TableMetadata table : run.overlapping(start, end)) {
            bytes += share(table, start, end) * table.fileBytes();
          }
        }
      }
    }
    return (long) bytes;
  }

  /** The share of a table's key range that is within a range, from 0 to 1. */
  private static double share(TableMetadata table, byte[] start, byte[] end) {
    boolean hasStart = table.compareSmallest(start) < 0;
    boolean hasEnd = table.compareLargest(end) >= 0;
    if (!hasStart && !hasEnd) {
      return 1;
    }
    byte[] smallest = table.smallestKey();
    byte[] largest = table.largestKey();
    int mismatch = Arrays.mismatch(smallest, largest);
    int at = mismatch < 0 ? smallest.length : mismatch;
    double first = number(smallest, at);
    double span = Math.max(1, number(largest, at) - first);
    double from = hasStart ? number(start, at) : first;
    double to = hasEnd ? number(end, at) : first + span;
    return Math.clamp((to - from) / span, 0, 1);
  }

  /** The bytes of a key from an offset on, as a number. */
  private static double number(byte[] key, int from) {
    double number = 0;
    for (int i = from; i < from + WORD; i++) {
      number = number * 256 + (i < key.length ? key[i] & 0xff : 0);
    }
    return number;
  }
}
