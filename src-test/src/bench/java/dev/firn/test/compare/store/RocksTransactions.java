package dev.firn.test.compare.store;

import dev.firn.cli.workload.Client;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.GetStatus;
import org.rocksdb.OptimisticTransactionDB;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.Transaction;
import org.rocksdb.TransactionDB;
import org.rocksdb.WriteOptions;

/**
 * One thread's transactions on RocksDB; the object of the last one is used again, as its authors
 * recommend.
 */
final class RocksTransactions implements AutoCloseable {

  private final ReadOptions readOptions;
  private final Supplier<Transaction> first;
  private final UnaryOperator<Transaction> again;
  private @Nullable Transaction transaction;

  private RocksTransactions(
      ReadOptions readOptions, Supplier<Transaction> first, UnaryOperator<Transaction> again) {
    this.readOptions = readOptions;
    this.first = first;
    this.again = again;
  }

  /** The transactions of a database; null if it has none. */
  static @Nullable RocksTransactions of(RocksDB db, WriteOptions write, ReadOptions read) {
    return switch (db) {
      case OptimisticTransactionDB optimistic ->
          new RocksTransactions(
              read,
              () -> optimistic.beginTransaction(write),
              old -> optimistic.beginTransaction(write, old));
      case TransactionDB pessimistic ->
          new RocksTransactions(
              read,
              () -> pessimistic.beginTransaction(write),
              old -> pessimistic.beginTransaction(write, old));
      default -> null;
    };
  }

  void begin() {
    Transaction old = transaction;
    transaction = old == null ? first.get() : again.apply(old);
  }

  private Transaction transaction() {
    Transaction current = transaction;
    if (current == null) {
      throw new IllegalStateException("no transaction");
    }
    return current;
  }

  void put(ByteBuffer key, ByteBuffer value) throws RocksDBException {
    transaction().put(key, value);
  }

  /** The length of the value, or {@link Client#ABSENT}. */
  int getForUpdate(ByteBuffer key, ByteBuffer value) throws RocksDBException {
    GetStatus found = transaction().getForUpdate(readOptions, key, value, true);
    return found.status.getCode() == Status.Code.Ok ? found.requiredSize : Client.ABSENT;
  }

  boolean commit() throws RocksDBException {
    try {
      transaction().commit();
      return true;
    } catch (RocksDBException e) {
      Status status = e.getStatus();
      if (status == null
          || (status.getCode() != Status.Code.Busy && status.getCode() != Status.Code.TryAgain)) {
        throw e;
      }
      transaction().rollback();
      return false;
    }
  }

  @Override
  public void close() {
    if (transaction != null) {
      transaction.close();
    }
  }
}
