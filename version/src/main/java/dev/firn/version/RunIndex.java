package dev.firn.version;

import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import dev.firn.sstable.TableMetadata;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The key ranges of a run's tables, laid out for a search that allocates nothing.
 *
 * <p>The search compares the key prefixes of the tables' last keys, which follow the bytes
 * that all keys of the run share. It compares keys only where prefixes are equal.
 *
 * <p><b>Threading.</b> Immutable. <b>Ownership.</b> The memory is the garbage collector's.
 */
final class RunIndex {

  private final MemorySegment keys;
  private final long[] ends;
  private final long[] largestPrefixes;
  private final int sharedLength;

  /** The index of some tables. */
  static RunIndex of(List<TableMetadata> tables) {
    byte[][] bounds = new byte[2 * tables.size()][];
    for (int i = 0; i < tables.size(); i++) {
      bounds[2 * i] = tables.get(i).smallestKey();
      bounds[2 * i + 1] = tables.get(i).largestKey();
    }
    return new RunIndex(bounds);
  }

  /** The index of the parts of a run, each of which is like a table here. */
  static RunIndex ofParts(Run run) {
    byte[][] bounds = new byte[2 * run.parts()][];
    for (int i = 0; i < run.parts(); i++) {
      bounds[2 * i] = run.part(i).first().smallestKey();
      bounds[2 * i + 1] = run.part(i).last().largestKey();
    }
    return new RunIndex(bounds);
  }

  /**
   * @param bounds the first and the last key of each table
   */
  private RunIndex(byte[][] bounds) {
    long bytes = 0;
    for (byte[] key : bounds) {
      bytes += key.length;
    }
    keys = Arena.ofAuto().allocate(bytes);
    ends = new long[bounds.length + 1];
    for (int i = 0; i < bounds.length; i++) {
      put(i, bounds[i]);
    }
    int last = bounds.length - 1;
    sharedLength = KeyOrder.commonPrefix(keys, ends[0], length(0), keys, ends[last], length(last));
    largestPrefixes = new long[bounds.length / 2];
    for (int i = 0; i < largestPrefixes.length; i++) {
      int key = 2 * i + 1;
      largestPrefixes[i] = prefix(keys, ends[key], length(key));
    }
  }

  private void put(int index, byte[] key) {
    MemorySegment.copy(key, 0, keys, ValueLayout.JAVA_BYTE, ends[index], key.length);
    ends[index + 1] = ends[index] + key.length;
  }

  /** The first table whose last key is at or after a key; the number of tables if none is. */
  int firstEndingAtOrAfter(MemorySegment key, long offset, int length) {
    long prefix = prefix(key, offset, length);
    int low = 0;
    int high = largestPrefixes.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(largestPrefixes[middle], prefix);
      if (order == 0) {
        order = compare(2 * middle + 1, key, offset, length);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether a table's first key is at or before a key. */
  boolean startsAtOrBefore(int table, MemorySegment key, long offset, int length) {
    return compare(2 * table, key, offset, length) <= 0;
  }

  /** Whether a table's first key is before a key. */
  boolean startsBefore(int table, MemorySegment key, long offset, int length) {
    return compare(2 * table, key, offset, length) < 0;
  }

  /** The number of tables. */
  int size() {
    return largestPrefixes.length;
  }

  private int compare(int index, MemorySegment key, long offset, int length) {
    return KeyOrder.compare(keys, ends[index], length(index), key, offset, length);
  }

  private long prefix(MemorySegment key, long offset, int length) {
    return KeyPrefix.of(keys, 0, sharedLength, key, offset, length);
  }

  private int length(int index) {
    return (int) (ends[index + 1] - ends[index]);
  }
}
