package dev.firn.compaction;

import dev.firn.core.StoreKey;
import dev.firn.sstable.TableMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The key ranges that some tables cover: intervals that do not overlap, ascending.
 *
 * <p><b>Threading.</b> Immutable.
 */
final class KeyIntervals {

  /**
   * A range of keys.
   *
   * @param first the first key
   * @param last the last key, included
   */
  record Interval(byte[] first, byte[] last) {}

  private final List<Interval> intervals;

  private KeyIntervals(List<Interval> intervals) {
    this.intervals = List.copyOf(intervals);
  }

  /** The union of the tables' key ranges. */
  static KeyIntervals of(Collection<TableMetadata> tables) {
    List<Interval> union = new ArrayList<>();
    for (Interval next : sorted(tables)) {
      Interval last = union.isEmpty() ? null : union.getLast();
      if (last == null || Arrays.compareUnsigned(last.last(), next.first()) < 0) {
        union.add(next);
      } else if (Arrays.compareUnsigned(last.last(), next.last()) < 0) {
        union.set(union.size() - 1, new Interval(last.first(), next.last()));
      }
    }
    return new KeyIntervals(union);
  }

  /** Whether no two of the tables have a key range in common. */
  static boolean areDisjoint(Collection<TableMetadata> tables) {
    List<Interval> sorted = sorted(tables);
    for (int i = 1; i < sorted.size(); i++) {
      if (Arrays.compareUnsigned(sorted.get(i - 1).last(), sorted.get(i).first()) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static List<Interval> sorted(Collection<TableMetadata> tables) {
    return tables.stream()
        .map(table -> new Interval(table.smallestKey(), table.largestKey()))
        .sorted(Comparator.comparing(Interval::first, Arrays::compareUnsigned))
        .toList();
  }

  /** The intervals, ascending. */
  List<Interval> intervals() {
    return intervals;
  }

  /** Whether a table's key range has a key in common with these. */
  boolean overlaps(TableMetadata table) {
    int at = firstEndingAtOrAfter(table.smallestKey());
    return at < intervals.size() && table.compareLargest(intervals.get(at).first()) >= 0;
  }

  /** Whether an interval starts after one key and before another; null means unbounded. */
  boolean hasBetween(byte @Nullable [] low, byte @Nullable [] high) {
    int at = low == null ? 0 : firstEndingAtOrAfter(low);
    return at < intervals.size()
        && (high == null || Arrays.compareUnsigned(intervals.get(at).first(), high) < 0);
  }

  /**
   * Passes on the parts of a range that are within the intervals.
   *
   * @param end the first key after the range
   * @param parts receives the first key of each part and the first key after it
   */
  void forEachWithin(byte[] start, byte[] end, BiConsumer<byte[], byte[]> parts) {
    for (int at = firstEndingAtOrAfter(start); at < intervals.size(); at++) {
      byte[] first = intervals.get(at).first();
      byte[] after = StoreKey.successor(intervals.get(at).last());
      if (Arrays.compareUnsigned(first, end) >= 0) {
        return;
      }
      parts.accept(
          Arrays.compareUnsigned(first, start) > 0 ? first : start,
          Arrays.compareUnsigned(after, end) < 0 ? after : end);
    }
  }

  private int firstEndingAtOrAfter(byte[] key) {
    int low = 0;
    int high = intervals.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(intervals.get(middle).last(), key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
