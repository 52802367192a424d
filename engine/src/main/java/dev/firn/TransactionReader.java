package dev.firn;

import dev.firn.engine.ScanCursor;
import dev.firn.engine.Session;
import dev.firn.transaction.OpenTransaction;
import dev.firn.transaction.ScanTrace;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tree as a transaction sees it.
 *
 * @param tree what is read
 * @param transaction the reader
 */
record TransactionReader(Tree tree, Transaction transaction) implements KeyReader {

  TransactionReader {
    transaction.use(tree);
  }

  private OpenTransaction machine() {
    return transaction.machine();
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return machine().get(tree.search(key));
  }

  @Override
  public byte @Nullable [] get(MemorySegment key) {
    return machine().get(tree.search(key));
  }

  @Override
  public long get(byte[] key, byte[] target) {
    return machine().get(tree.search(key), Objects.requireNonNull(target, "target"));
  }

  @Override
  public long get(MemorySegment key, MemorySegment target) {
    return machine().get(tree.search(key), Objects.requireNonNull(target, "target"));
  }

  @Override
  public boolean read(byte[] key, ValueConsumer consumer) {
    return machine().read(tree.search(key), Objects.requireNonNull(consumer)::accept);
  }

  @Override
  public boolean read(MemorySegment key, ValueConsumer consumer) {
    return machine().read(tree.search(key), Objects.requireNonNull(consumer)::accept);
  }

  @Override
  public boolean contains(byte[] key) {
    return machine().contains(tree.search(key));
  }

  @Override
  public boolean contains(MemorySegment key) {
    return machine().contains(tree.search(key));
  }

  @Override
  public byte[] @Nullable [] getAll(byte[][] keys) {
    if (machine().readsSnapshotOnly()) {
      return tree.getAll(KeyList.of(tree.id(), keys), machine().snapshot());
    }
    byte[] @Nullable [] values = new byte @Nullable [keys.length][];
    for (int i = 0; i < keys.length; i++) {
      try {
        values[i] = get(keys[i]);
      } catch (RuntimeException e) {
        throw at(i, e);
      }
    }
    return values;
  }

  @Override
  public void getAll(MemorySegment[] keys, IndexedValueConsumer consumer) {
    if (machine().readsSnapshotOnly()) {
      tree.getAll(KeyList.of(tree.id(), keys), machine().snapshot(), consumer);
      return;
    }
    Objects.requireNonNull(consumer, "consumer");
    for (int i = 0; i < keys.length; i++) {
      int index = i;
      Session session;
      try {
        session = tree.search(keys[i]);
      } catch (RuntimeException e) {
        throw at(i, e);
      }
      machine()
          .read(
              session, (memory, offset, length) -> consumer.accept(index, memory, offset, length));
    }
  }

  private static RuntimeException at(int index, RuntimeException e) {
    e.addSuppressed(new IllegalStateException("while reading keys[" + index + "]"));
    return e;
  }

  @Override
  public Cursor cursor(KeyRange range) {
    return new Cursor(this, range);
  }

  ScanCursor scan(KeyRange range) {
    tree.checkUsable();
    Objects.requireNonNull(range, "range");
    return machine().cursor(tree.id(), range.lowerBytes(), range.upperBytes());
  }

  @Nullable ScanTrace trace(KeyRange range) {
    return machine().trace(tree.id(), range.firstUserKey(), range.storeEnd(tree.id()));
  }

  @Override
  public String toString() {
    return tree + " in " + transaction;
  }
}
