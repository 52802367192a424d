package dev.firn;

import dev.firn.core.PairKey;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A multi tree at one moment, or as a transaction sees it.
 *
 * @param tree the tree of the pairs
 * @param pairs reads them
 */
record MultiSnapshotReader(Tree tree, KeyReader pairs) implements MultiReader {

  @Override
  public boolean contains(byte[] key, byte[] value) {
    return pairs.contains(pair(key, value));
  }

  @Override
  public boolean contains(MemorySegment key, MemorySegment value) {
    return pairs.contains(pair(key, value));
  }

  @Override
  public boolean containsKey(byte[] key) {
    try (Cursor cursor = pairs.cursor(PairRange.ofKey(key))) {
      return cursor.first();
    }
  }

  @Override
  public long count(byte[] key) {
    long count = 0;
    try (Cursor cursor = pairs.cursor(PairRange.ofKey(key))) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        count++;
      }
    }
    return count;
  }

  @Override
  public MultiCursor cursor(KeyRange keys) {
    return new MultiCursor(tree, pairs, PairRange.ofKeys(keys));
  }

  @Override
  public MultiCursor values(byte[] key, KeyRange values) {
    return new MultiCursor(tree, pairs, PairRange.ofValues(key, values));
  }

  /** A pair as a key of the tree, valid until the thread's next one. */
  MemorySegment pair(byte[] key, byte[] value) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    return newPair().set(key, value).view();
  }

  /** As {@link #pair(byte[], byte[])}. */
  MemorySegment pair(MemorySegment key, MemorySegment value) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    return newPair().set(key, value).view();
  }

  private PairKey newPair() {
    tree.checkUsable();
    return tree.engine().session().pair();
  }

  @Override
  public String toString() {
    return pairs.toString();
  }
}
