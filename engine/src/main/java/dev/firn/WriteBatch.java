package dev.firn;

import dev.firn.engine.Engine;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes to one or more trees of a store that are applied together, or not at all. Of two writes to
 * one key the later one counts.
 *
 * <p>A batch may be written more than once, and be used again after {@link #clear}, which keeps its
 * memory.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 *
 * <p><b>Ownership.</b> Keys and values are copied before a call returns. The copies lie in one
 * block of memory outside the heap, which the collector frees with the batch; they are encoded just
 * as they are in the journal, so that writing the batch is one copy.
 */
public final class WriteBatch {

  private final RecordBuilder record = new RecordBuilder();
  private final List<Tree> trees = new ArrayList<>(1);

  /** An empty batch. */
  public WriteBatch() {}

  /** Sets the value of a key. */
  public WriteBatch put(Tree tree, byte[] key, byte[] value) {
    use(tree);
    Tree.checkKey(key);
    Objects.requireNonNull(value, "value");
    record.put(tree.id(), key, value);
    return this;
  }

  /** Sets the value of a key. */
  public WriteBatch put(Tree tree, MemorySegment key, MemorySegment value) {
    use(tree);
    Tree.checkKey(key);
    Tree.checkValue(value);
    record.put(tree.id(), key, 0, (int) key.byteSize(), value, 0, value.byteSize());
    return this;
  }

  /** Removes a key. */
  public WriteBatch delete(Tree tree, byte[] key) {
    use(tree);
    Tree.checkKey(key);
    record.delete(tree.id(), key);
    return this;
  }

  /** Removes a key. */
  public WriteBatch delete(Tree tree, MemorySegment key) {
    use(tree);
    Tree.checkKey(key);
    record.delete(tree.id(), key, 0, (int) key.byteSize());
    return this;
  }

  /** Forgets all writes. */
  public void clear() {
    record.clear();
    trees.clear();
  }

  /** How many writes the batch holds. */
  public int count() {
    return record.count();
  }

  /** Whether the batch holds no writes. */
  public boolean isEmpty() {
    return record.count() == 0;
  }

  /** How many bytes the batch takes in the journal. */
  public long sizeBytes() {
    return record.paddedBytes();
  }

  RecordBuilder record() {
    return record;
  }

  /** Throws unless every tree is one of this store, and still there. */
  void checkWritable(Engine engine) {
    // Without an iterator, which only C2 would not allocate.
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
