package dev.firn;

import dev.firn.engine.OpenSnapshot;
import dev.firn.engine.PointReader;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tree at the moment of a snapshot.
 *
 * @param tree what is read
 * @param snapshot the moment; a snapshot of the tree's store
 */
record SnapshotReader(Tree tree, Snapshot snapshot) implements KeyReader {

  SnapshotReader {
    snapshot.openIn(tree.engine());
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return reader().get(tree.search(key), opened());
  }

  @Override
  public byte @Nullable [] get(MemorySegment key) {
    return reader().get(tree.search(key), opened());
  }

  @Override
  public long get(byte[] key, byte[] target) {
    return reader().get(tree.search(key), opened(), Objects.requireNonNull(target, "target"));
  }

  @Override
  public long get(MemorySegment key, MemorySegment target) {
    return reader().get(tree.search(key), opened(), Objects.requireNonNull(target, "target"));
  }

  @Override
  public boolean read(byte[] key, ValueConsumer consumer) {
    return reader().read(tree.search(key), opened(), Objects.requireNonNull(consumer)::accept);
  }

  @Override
  public boolean read(MemorySegment key, ValueConsumer consumer) {
    return reader().read(tree.search(key), opened(), Objects.requireNonNull(consumer)::accept);
  }

  @Override
  public boolean contains(byte[] key) {
    return reader().contains(tree.search(key), opened());
  }

  @Override
  public boolean contains(MemorySegment key) {
    return reader().contains(tree.search(key), opened());
  }

  @Override
  public byte[] @Nullable [] getAll(byte[][] keys) {
    return tree.getAll(KeyList.of(tree.id(), keys), opened());
  }

  @Override
  public void getAll(MemorySegment[] keys, IndexedValueConsumer consumer) {
    tree.getAll(KeyList.of(tree.id(), keys), opened(), consumer);
  }

  @Override
  public Cursor cursor(KeyRange range) {
    return new Cursor(this, range);
  }

  @Override
  public String toString() {
    return tree + " at " + snapshot;
  }

  /** What a read is made with; throws when the snapshot is closed. */
  OpenSnapshot opened() {
    return snapshot.openIn(tree.engine());
  }

  private PointReader reader() {
    return tree.engine().reader();
  }
}
