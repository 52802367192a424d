package dev.firn.test.transactions;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Isolation;
import dev.firn.KeyRange;
import dev.firn.Savepoint;
import dev.firn.Store;
import dev.firn.Transaction;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.error.ConflictException;
import dev.firn.test.isolation.Item;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Firn's transactions. */
final class FirnStore implements TestStore {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Store store;
  private final List<Tree> trees = new ArrayList<>();

  FirnStore(Store store) {
    this.store = store;
    for (int i = 0; i < RandomTransactions.TREES; i++) {
      trees.add(store.tree("tree-" + i));
    }
  }

  private Tree tree(long item) {
    return trees.get(Item.tree(item));
  }

  private static byte[] key(long item) {
    return ByteBuffer.allocate(Long.BYTES).putLong(Item.key(item)).array();
  }

  private static KeyRange range(long from, long to) {
    return KeyRange.closedOpen(key(from), key(to));
  }

  @Override
  public Running begin(Level level) {
    return new FirnTransaction(
        switch (level) {
          case READ_ONLY -> store.beginReadOnly();
          case SNAPSHOT -> store.begin(Isolation.SNAPSHOT);
          case SERIALIZABLE -> store.begin(Isolation.SERIALIZABLE);
          case EXCLUSIVE -> store.beginExclusive(TIMEOUT);
        });
  }

  @Override
  public void put(long item, byte[] value) {
    tree(item).put(key(item), value);
  }

  @Override
  public void putAll(List<Entry> entries) {
    WriteBatch batch = new WriteBatch();
    entries.forEach(entry -> batch.put(tree(entry.item()), key(entry.item()), entry.value()));
    store.write(batch);
  }

  @Override
  public byte @Nullable [] get(long item) {
    return tree(item).get(key(item));
  }

  private final class FirnTransaction implements Running {

    private final Transaction transaction;

    FirnTransaction(Transaction transaction) {
      this.transaction = transaction;
    }

    @Override
    public byte @Nullable [] get(long item) {
      return transaction.in(tree(item)).get(key(item));
    }

    @Override
    public byte @Nullable [] getForUpdate(long item) {
      return transaction.getForUpdate(tree(item), key(item));
    }

    @Override
    public void put(long item, byte[] value) {
      transaction.put(tree(item), key(item), value);
    }

    @Override
    public void delete(long item) {
      transaction.delete(tree(item), key(item));
    }

    @Override
    public void deleteRange(long from, long to) {
      transaction.deleteRange(tree(from), range(from, to));
    }

    @Override
    public List<Entry> scan(long from, long to, boolean forward) {
      List<Entry> found = new ArrayList<>();
      try (Cursor cursor = transaction.in(tree(from)).cursor(range(from, to))) {
        boolean more = forward ? cursor.first() : cursor.last();
        while (more) {
          long key = ByteBuffer.wrap(cursor.keyBytes()).getLong();
          found.add(new Entry(Item.of(Item.tree(from), key), cursor.valueBytes()));
          more = forward ? cursor.next() : cursor.prev();
        }
      }
      return found;
    }

    @Override
    public Object savepoint() {
      return transaction.savepoint();
    }

    @Override
    public void rollbackTo(Object savepoint) {
      transaction.rollbackTo((Savepoint) savepoint);
    }

    @Override
    public void commit(boolean synced) throws RefusedException {
      try {
        transaction.commit(synced ? Durability.SYNCED : Durability.BUFFERED);
      } catch (ConflictException e) {
        throw new RefusedException(e);
      }
    }

    @Override
    public void close() {
      transaction.close();
    }
  }
}
