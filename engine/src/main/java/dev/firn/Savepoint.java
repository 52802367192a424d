package dev.firn;

import dev.firn.wal.RecordMark;

/**
 * A place among the writes of a {@link Transaction}, to which it can roll back. Holds no memory.
 *
 * <p><b>Threading.</b> That of its transaction.
 */
public final class Savepoint {

  private final Transaction transaction;
  private final RecordMark mark;
  private final int depth;

  Savepoint(Transaction transaction, RecordMark mark, int depth) {
    this.transaction = transaction;
    this.mark = mark;
    this.depth = depth;
  }

  Transaction transaction() {
    return transaction;
  }

  RecordMark mark() {
    return mark;
  }

  /** The count of the transaction's savepoints before it. */
  int depth() {
    return depth;
  }

  @Override
  public String toString() {
    return "Savepoint[after " + mark.count() + " writes]";
  }
}
