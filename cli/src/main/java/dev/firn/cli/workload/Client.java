package dev.firn.cli.workload;

/**
 * One thread's operations on a store. The key is the one in the client's {@link EntryMemory};
 * writes take the value from there, and point reads copy what they find to there.
 *
 * <p>The client of a store holds everything prepared that the interface of the store allows to be
 * prepared: buffers, options, transactions.
 *
 * <p><b>Threading.</b> Made, used and closed by one thread.
 */
public interface Client extends AutoCloseable {

  /** The length of a value that is not there. */
  int ABSENT = -1;

  /** The memory of the keys and values of all calls. */
  EntryMemory memory();

  /** Writes the entry, as durably as the client was made for. */
  void put();

  /** As {@link #put}, for a key after all others. */
  default void append() {
    put();
  }

  /** Deletes the key. Not every store has to support it. */
  default void delete() {
    throw new UnsupportedOperationException("delete");
  }

  /**
   * Deletes the keys of the numbers from {@code from} to {@code to - 1}, at once if the store can;
   * changes the key.
   */
  default void deleteRange(long from, long to) {
    for (long number = from; number < to; number++) {
      memory().key().set(number);
      delete();
    }
  }

  /** Adds the entry to the batch. */
  void addToBatch();

  /** Writes the batch at once, and empties it. */
  void writeBatch();

  /**
   * Whether it has transactions: of one writer at a time, or of many, which exclude each other or
   * are refused where they conflict.
   */
  default boolean hasTransactions(boolean exclusive) {
    return false;
  }

  /** Begins a transaction, see {@link #hasTransactions}. */
  default void begin(boolean exclusive) {
    throw new UnsupportedOperationException("begin");
  }

  /** Writes the entry in the transaction. */
  default void putInTransaction() {
    throw new UnsupportedOperationException("putInTransaction");
  }

  /** Reads the value of the key, which the transaction is going to write; returns its length. */
  default int getForUpdate() {
    throw new UnsupportedOperationException("getForUpdate");
  }

  /** Ends the transaction; returns whether it was committed, or else refused. */
  default boolean commit() {
    throw new UnsupportedOperationException("commit");
  }

  /** Whether the store can add to a counter without a read before. */
  default boolean hasCounters() {
    return false;
  }

  /** Adds 1 to the counter of the key. Counters are apart from other entries. */
  default void count() {
    throw new UnsupportedOperationException("count");
  }

  /** The counter of the key. */
  default long counted() {
    throw new UnsupportedOperationException("counted");
  }

  /** Reads the value of the key; returns its length. */
  int get();

  /**
   * Reads the value of the key where it is, without a copy if the store can.
   *
   * @return whether it was written for this number
   */
  default boolean read(Expected expected, long number) {
    return expected.matches(number, memory().value(), get());
  }

  /**
   * Reads the values of many keys, in one call if the store can; changes the key.
   *
   * @return whether each of the numbers has a value that was written for it
   */
  default boolean getAll(long[] numbers, Expected expected) {
    for (long number : numbers) {
      memory().key().set(number);
      if (!expected.matches(number, memory().value(), get())) {
        return false;
      }
    }
    return true;
  }

  /** Reads the value of {@link EntryMemory#missing}; returns its length. */
  int getMissing();

  /** Moves the cursor to the key or the first one after it; opens the cursor if there is none. */
  boolean seek();

  /** Moves the cursor to the next entry. */
  boolean next();

  /** Moves the cursor to the previous entry. */
  boolean prev();

  /** Whether the cursor is on the key and on the value that was written for this number. */
  boolean standsOn(Expected expected, long number);

  /** Closes the cursor: the next seek sees everything written before it. */
  void closeCursor();

  @Override
  void close();
}
