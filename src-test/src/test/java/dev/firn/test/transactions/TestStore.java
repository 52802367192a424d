package dev.firn.test.transactions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store with transactions, as the histories need it; keys are items.
 *
 * <p><b>Threading.</b> Any thread calls; a transaction belongs to one.
 */
interface TestStore {

  /** An entry that a scan found. */
  record Entry(long item, byte[] value) {}

  /** A transaction was refused: another one has changed what it depends on. */
  final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(@Nullable Throwable cause) {
      super(cause);
    }
  }

  Running begin(Level level);

  /** A write outside of transactions. */
  void put(long item, byte[] value);

  /** Writes outside of transactions, all at once. */
  void putAll(List<Entry> entries);

  /** A read outside of transactions. */
  byte @Nullable [] get(long item);

  /** A transaction. */
  interface Running extends AutoCloseable {

    byte @Nullable [] get(long item);

    /** As {@link #get}; the transaction conflicts with writers of the item as if it wrote it. */
    byte @Nullable [] getForUpdate(long item);

    void put(long item, byte[] value);

    void delete(long item);

    void deleteRange(long from, long to);

    /** The entries of a range, in its order or in reverse. */
    List<Entry> scan(long from, long to, boolean forward);

    /** A place to go back to. */
    Object savepoint();

    void rollbackTo(Object savepoint);

    void commit(boolean synced) throws RefusedException;

    /** Rolls back unless it is committed. */
    @Override
    void close();
  }
}
