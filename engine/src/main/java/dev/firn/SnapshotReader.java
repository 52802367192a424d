package dev.firn;

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
    snapshot.sequenceIn(tree.engine());
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return reader().get(tree.search(key), sequence());
  }

  @Override
  public byte @Nullable [] get(MemorySegment key) {
    return reader().get(tree.search(key), sequence());
  }

  @Override
  public long get(byte[] key, byte[] target) {
    return reader().get(tree.search(key), sequence(), Objects.requireNonNull(target, "target"));
  }

  @Override
  public long get(MemorySegment key, MemorySegment target) {
    return reader().get(tree.search(key), sequence(), Objects.requireNonNull(target, "target"));
  }

  @Override
  public boolean contains(byte[] key) {
    return reader().contains(tree.search(key), sequence());
  }

  @Override
  public boolean contains(MemorySegment key) {
    return reader().contains(tree.search(key), sequence());
  }

  @Override
  public Cursor cursor(KeyRange range) {
    return new Cursor(this, range);
  }

  @Override
  public String toString() {
    return tree + " at " + snapshot;
  }

  /** The sequence of the newest entry that reads see; throws when the snapshot is closed. */
  long sequence() {
    return snapshot.sequenceIn(tree.engine());
  }

  private PointReader reader() {
    return tree.engine().reader();
  }
}
