package dev.firn.transaction;

import dev.firn.core.StoreKey;
import dev.firn.engine.ChangeSearch;
import dev.firn.engine.Conflict;
import dev.firn.engine.KeyBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The keys and ranges whose change would be a conflict although the transaction does not write
 * them.
 *
 * <p>Its size is bounded: where a transaction has read very many keys or ranges of a tree, the
 * whole tree counts as read. Then there may be a conflict that a larger memory would have avoided,
 * never the reverse.
 *
 * <p><b>Threading.</b> Belongs to the transaction's thread.
 */
final class ReadSet {

  /** The maximum count of keys, and of ranges. */
  private static final int MAX_PARTS = 1 << 16;

  private final int maxParts;
  private final TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
  private final List<ScannedRange> ranges = new ArrayList<>();

  ReadSet() {
    this(MAX_PARTS);
  }

  ReadSet(int maxParts) {
    this.maxParts = maxParts;
  }

  void add(KeyBuffer key) {
    keys.add(key.toArray());
    if (keys.size() > maxParts) {
      keys.forEach(this::addTreeOf);
      keys.clear();
      reduce();
    }
  }

  /** Adds a range, which may grow later. */
  void add(ScannedRange range) {
    if (ranges.size() >= maxParts) {
      List.copyOf(ranges).forEach(known -> addTreeOf(known.from()));
      reduce();
    }
    ranges.add(range);
  }

  private void addTreeOf(byte[] storeKey) {
    int tree = ByteBuffer.wrap(storeKey).getInt();
    byte[] start = Arrays.copyOf(storeKey, StoreKey.TREE_BYTES);
    ScannedRange last = ranges.isEmpty() ? null : ranges.getLast();
    byte[] end = StoreKey.treeEnd(tree);
    if (last == null
        || Arrays.compareUnsigned(last.from(), start) != 0
        || Arrays.compareUnsigned(last.end(), end) != 0) {
      ranges.add(new ScannedRange(start, end));
    }
  }

  /** Removes ranges that are within another one. */
  private void reduce() {
    List<ScannedRange> sorted = new ArrayList<>(ranges);
    sorted.sort(
        Comparator.comparing(ScannedRange::from, Arrays::compareUnsigned)
            .thenComparing(
                Comparator.comparing(ScannedRange::end, Arrays::compareUnsigned).reversed()));
    ranges.clear();
    for (ScannedRange range : sorted) {
      ScannedRange last = ranges.isEmpty() ? null : ranges.getLast();
      if (last == null || Arrays.compareUnsigned(range.end(), last.end()) > 0) {
        ranges.add(range);
      }
    }
  }

  /** The first change of its keys and ranges, or null. */
  @Nullable Conflict find(ChangeSearch changes) {
    for (byte[] key : keys) {
      if (changes.isChanged(key)) {
        return new Conflict(key);
      }
    }
    for (ScannedRange range : ranges) {
      Conflict found = changes.changeIn(range.from(), range.end());
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
