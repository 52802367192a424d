package dev.firn;

import dev.firn.core.PairKey;
import dev.firn.engine.Engine;
import dev.firn.wal.JournalFormat;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes to one or more trees of a store that are applied together or not at all, by {@link
 * Store#write}. Of two writes to one key the later one counts.
 *
 * <p>A batch may be written more than once. After {@link #clear} it is empty and keeps its memory.
 *
 * <p><b>Keys and values.</b> As {@link KeyReader} describes them. They are copied before a call
 * returns, into one block of memory outside the heap, which the garbage collector frees with the
 * batch. The copies have the form of a journal record, so writing the batch is one copy.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 *
 * <p><b>Errors.</b> {@link NullPointerException} when an argument is null; {@link
 * IllegalArgumentException} when a key is longer than 65,536 bytes or a value longer than
 * 2,147,483,647, a key and a value of a multi tree are too long together, or the batch would be
 * larger than {@link #MAX_BYTES}; the batch is then as it was. That a tree belongs to another store
 * or was dropped shows when the batch is written.
 */
public final class WriteBatch {

  /** The maximum of {@link #sizeBytes}: 4,294,967,232. */
  public static final long MAX_BYTES = JournalFormat.MAX_RECORD_BYTES;

  private final RecordBuilder record = new RecordBuilder();
  private final List<Tree> trees = new ArrayList<>(1);
  private @Nullable PairKey pair;

  /** An empty batch. */
  public WriteBatch() {}

  /** Sets the value of a key. */
  public WriteBatch put(Tree tree, byte[] key, byte[] value) {
    use(tree);
    Tree.checkKey(key);
    Objects.requireNonNull(value, "value");
    tree.add(record, key, value, tree.defaultExpiry());
    return this;
  }

  /**
   * Sets the value of a key for some time, which begins with this call, see {@link Tree#put(byte[],
   * byte[], java.time.Duration, Durability)}.
   */
  public WriteBatch put(Tree tree, byte[] key, byte[] value, Duration timeToLive) {
    use(tree);
    Tree.checkKey(key);
    Objects.requireNonNull(value, "value");
    tree.add(record, key, value, tree.expiry(timeToLive));
    return this;
  }

  /** Sets the value of a key. */
  public WriteBatch put(Tree tree, MemorySegment key, MemorySegment value) {
    use(tree);
    Tree.checkKey(key);
    Tree.checkValue(value);
    tree.add(record, key, value, tree.defaultExpiry());
    return this;
  }

  /**
   * Sets the value of a key for some time, which begins with this call, see {@link Tree#put(byte[],
   * byte[], java.time.Duration, Durability)}.
   */
  public WriteBatch put(Tree tree, MemorySegment key, MemorySegment value, Duration timeToLive) {
    use(tree);
    Tree.checkKey(key);
    Tree.checkValue(value);
    tree.add(record, key, value, tree.expiry(timeToLive));
    return this;
  }

  /**
   * Changes the value of a key by an operand, see {@link Tree#merge(byte[], byte[], Durability)}.
   *
   * @throws IllegalStateException when the tree has no merge operator
   */
  public WriteBatch merge(Tree tree, byte[] key, byte[] operand) {
    Objects.requireNonNull(tree, "tree").checkMerges();
    use(tree);
    Tree.checkKey(key);
    Objects.requireNonNull(operand, "operand");
    record.merge(tree.id(), key, operand);
    return this;
  }

  /** As {@link #merge(Tree, byte[], byte[])}. */
  public WriteBatch merge(Tree tree, MemorySegment key, MemorySegment operand) {
    Objects.requireNonNull(tree, "tree").checkMerges();
    use(tree);
    Tree.checkKey(key);
    Tree.checkValue(operand);
    record.merge(tree.id(), key, operand);
    return this;
  }

  /** Deletes a key, whether it has a value or not. */
  public WriteBatch delete(Tree tree, byte[] key) {
    use(tree);
    Tree.checkKey(key);
    record.delete(tree.id(), key);
    return this;
  }

  /** Deletes a key, whether it has a value or not. */
  public WriteBatch delete(Tree tree, MemorySegment key) {
    use(tree);
    Tree.checkKey(key);
    record.delete(tree.id(), key, 0, (int) key.byteSize());
    return this;
  }

  /**
   * Deletes the keys of a range, whether they have values or not, also those that the batch has set
   * before. A range without a key is no write.
   */
  public WriteBatch deleteRange(Tree tree, KeyRange range) {
    Objects.requireNonNull(range, "range");
    use(tree);
    byte[] from = range.firstUserKey();
    byte[] end = range.storeEnd(tree.id());
    if (KeyRange.isBefore(tree.id(), from, end)) {
      record.deleteRange(tree.id(), from, end);
    }
    return this;
  }

  /** Adds a value to a key of a multi tree. */
  public WriteBatch add(MultiTree tree, byte[] key, byte[] value) {
    Objects.requireNonNull(tree, "tree");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    return put(tree.tree(), pair().set(key, value).view(), MultiTree.NO_VALUE);
  }

  /** Adds a value to a key of a multi tree. */
  public WriteBatch add(MultiTree tree, MemorySegment key, MemorySegment value) {
    Objects.requireNonNull(tree, "tree");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    return put(tree.tree(), pair().set(key, value).view(), MultiTree.NO_VALUE);
  }

  /** Removes a value from a key of a multi tree, whether the key has it or not. */
  public WriteBatch remove(MultiTree tree, byte[] key, byte[] value) {
    Objects.requireNonNull(tree, "tree");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    return delete(tree.tree(), pair().set(key, value).view());
  }

  /** Removes a value from a key of a multi tree, whether the key has it or not. */
  public WriteBatch remove(MultiTree tree, MemorySegment key, MemorySegment value) {
    Objects.requireNonNull(tree, "tree");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    return delete(tree.tree(), pair().set(key, value).view());
  }

  /** Removes all values of a key of a multi tree, also those that the batch has added before. */
  public WriteBatch removeAll(MultiTree tree, byte[] key) {
    Objects.requireNonNull(tree, "tree");
    return deleteRange(tree.tree(), PairRange.ofKey(key));
  }

  /**
   * Removes all values of the keys of a range from a multi tree, also those that the batch has
   * added before.
   */
  public WriteBatch removeAll(MultiTree tree, KeyRange keys) {
    Objects.requireNonNull(tree, "tree");
    return deleteRange(tree.tree(), PairRange.ofKeys(keys));
  }

  private PairKey pair() {
    PairKey known = pair;
    if (known == null) {
      known = new PairKey();
      pair = known;
    }
    return known;
  }

  /** Removes all writes from the batch. */
  public void clear() {
    record.clear();
    trees.clear();
  }

  /** Returns the count of writes in the batch. */
  public int count() {
    return record.count();
  }

  /** Returns whether the batch holds no writes. */
  public boolean isEmpty() {
    return record.count() == 0;
  }

  /** Returns the size of the batch in the journal, in bytes. */
  public long sizeBytes() {
    return record.paddedBytes();
  }

  /** The count, the size and the trees of the writes; no key and no value. */
  @Override
  public String toString() {
    return "WriteBatch[count=" + count() + ", sizeBytes=" + sizeBytes() + ", trees=" + trees + "]";
  }

  RecordBuilder record() {
    return record;
  }

  /** Throws unless every tree belongs to this store and was not dropped. */
  void checkWritable(Engine engine) {
    // No iterator: only C2 removes its allocation.
    for (int i = 0; i < trees.size(); i++) {
      Tree tree = trees.get(i);
      if (tree.engine() != engine) {
        throw new IllegalArgumentException("tree=" + tree.name() + ": belongs to another store");
      }
      tree.checkUsable();
    }
  }

  private void use(Tree tree) {
    Objects.requireNonNull(tree, "tree");
    @Nullable Tree last = trees.isEmpty() ? null : trees.getLast();
    if (tree != last && !trees.contains(tree)) {
      trees.add(tree);
    }
  }
}
