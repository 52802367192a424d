package dev.firn;

import java.lang.foreign.MemorySegment;

/**
 * A named map in a {@link Store} from keys to sorted sets of values: a secondary index, for
 * example. Its entries are pairs of a key and one of its values.
 *
 * <pre>{@code
 * MultiTree byCountry = store.multiTree("by-country");
 * byCountry.add(country, cityId);
 * try (MultiCursor cursor = byCountry.values(country)) {
 *   for (boolean more = cursor.first(); more; more = cursor.next()) {
 *     use(cursor.value());
 *   }
 * }
 * }</pre>
 *
 * <p>A block of a table has the bytes of a key once, however many of its values it has.
 *
 * <p><b>Threading.</b> Any number of threads. Each write is atomic; {@link WriteBatch} makes more
 * than one write to any trees atomic. <b>Keys and values, errors.</b> As {@link MultiReader}
 * describes them; {@link dev.firn.error.StoreFailedException} for a write after the store has
 * failed.
 */
public final class MultiTree implements MultiReader {

  /** The value of the entry of a pair. */
  static final MemorySegment NO_VALUE = MemorySegment.NULL;

  private final Tree tree;
  private final MultiSnapshotReader latest;

  MultiTree(Tree tree) {
    this.tree = tree;
    this.latest = new MultiSnapshotReader(tree, tree);
  }

  /** Returns the tree's name. */
  public String name() {
    return tree.name();
  }

  /** Adds a value to a key, which may have it already. */
  public void add(byte[] key, byte[] value) {
    add(key, value, Durability.BUFFERED);
  }

  /** Adds a value to a key, which may have it already. */
  public void add(byte[] key, byte[] value, Durability durability) {
    tree.put(latest.pair(key, value), NO_VALUE, durability);
  }

  /** Adds a value to a key, which may have it already. */
  public void add(MemorySegment key, MemorySegment value) {
    add(key, value, Durability.BUFFERED);
  }

  /** Adds a value to a key, which may have it already. */
  public void add(MemorySegment key, MemorySegment value, Durability durability) {
    tree.put(latest.pair(key, value), NO_VALUE, durability);
  }

  /** Removes a value from a key, whether the key has it or not. */
  public void remove(byte[] key, byte[] value) {
    remove(key, value, Durability.BUFFERED);
  }

  /** Removes a value from a key, whether the key has it or not. */
  public void remove(byte[] key, byte[] value, Durability durability) {
    tree.delete(latest.pair(key, value), durability);
  }

  /** Removes a value from a key, whether the key has it or not. */
  public void remove(MemorySegment key, MemorySegment value) {
    remove(key, value, Durability.BUFFERED);
  }

  /** Removes a value from a key, whether the key has it or not. */
  public void remove(MemorySegment key, MemorySegment value, Durability durability) {
    tree.delete(latest.pair(key, value), durability);
  }

  /** Removes all values of a key. It takes as long for many values as for few. */
  public void removeAll(byte[] key) {
    removeAll(key, Durability.BUFFERED);
  }

  /** Removes all values of a key. It takes as long for many values as for few. */
  public void removeAll(byte[] key, Durability durability) {
    tree.deleteRange(PairRange.ofKey(key), durability);
  }

  /** Removes all values of the keys of a range. It takes as long for many as for few. */
  public void removeAll(KeyRange keys) {
    removeAll(keys, Durability.BUFFERED);
  }

  /** Removes all values of the keys of a range. It takes as long for many as for few. */
  public void removeAll(KeyRange keys, Durability durability) {
    tree.deleteRange(PairRange.ofKeys(keys), durability);
  }

  /** Removes everything, as {@link Tree#clear} does. */
  public void clear() {
    tree.clear();
  }

  /**
   * Returns a reader of this tree at the moment of a snapshot. The reader is small and holds
   * nothing: make one for a call, or keep it as long as the snapshot is open.
   *
   * @throws IllegalArgumentException when the snapshot belongs to another store
   * @throws IllegalStateException when the snapshot is closed
   */
  public MultiReader at(Snapshot snapshot) {
    return new MultiSnapshotReader(tree, tree.at(snapshot));
  }

  @Override
  public boolean contains(byte[] key, byte[] value) {
    return latest.contains(key, value);
  }

  @Override
  public boolean contains(MemorySegment key, MemorySegment value) {
    return latest.contains(key, value);
  }

  @Override
  public boolean containsKey(byte[] key) {
    return latest.containsKey(key);
  }

  @Override
  public long count(byte[] key) {
    return latest.count(key);
  }

  @Override
  public MultiCursor cursor(KeyRange keys) {
    return latest.cursor(keys);
  }

  @Override
  public MultiCursor values(byte[] key, KeyRange values) {
    return latest.values(key, values);
  }

  @Override
  public String toString() {
    return "MultiTree[" + name() + "]";
  }

  /** As {@link MultiSnapshotReader#pair(byte[], byte[])}. */
  MemorySegment pair(byte[] key, byte[] value) {
    return latest.pair(key, value);
  }

  /** As {@link MultiSnapshotReader#pair(byte[], byte[])}. */
  MemorySegment pair(MemorySegment key, MemorySegment value) {
    return latest.pair(key, value);
  }

  /** The tree of the pairs. */
  Tree tree() {
    return tree;
  }
}
