package dev.firn.version;

import dev.firn.core.KeyOrder;
import dev.firn.core.StoreKey;
import dev.firn.core.range.RangeBounds;
import dev.firn.core.range.RangeSource;
import dev.firn.sstable.Table;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The range tombstones of a run: those of its tables, each within the table's key range.
 *
 * <p><b>Threading.</b> Any thread that holds the run may ask.
 */
final class RunRanges implements RangeSource {

  /** The tables that have range tombstones, ascending. */
  private final Table[] tables;

  private final byte[][] smallest;

  /** The first key after each table's largest one. */
  private final byte[][] ends;

  RunRanges(List<Table> tables) {
    this.tables = tables.toArray(Table[]::new);
    this.smallest = new byte[this.tables.length][];
    this.ends = new byte[this.tables.length][];
    for (int i = 0; i < this.tables.length; i++) {
      smallest[i] = this.tables[i].metadata().smallestKey();
      ends[i] = StoreKey.successor(this.tables[i].metadata().largestKey());
    }
  }

  @Override
  public long newest(
      MemorySegment key, long offset, int length, long maxSequence, RangeBounds bounds) {
    int at = firstEndingAfter(key, offset, length);
    if (at > 0) {
      bounds.atLeast(ends[at - 1]);
    }
    if (at == tables.length) {
      return NONE;
    }
    if (KeyOrder.compare(key, offset, length, smallest[at]) < 0) {
      bounds.lessThan(smallest[at]);
      return NONE;
    }
    bounds.lessThan(ends[at]);
    return tables[at].ranges().newest(key, offset, length, maxSequence, bounds);
  }

  private int firstEndingAfter(MemorySegment key, long offset, int length) {
    int low = 0;
    int high = ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (KeyOrder.compare(key, offset, length, ends[middle]) >= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
