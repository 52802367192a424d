package dev.firn.test.compare;

/**
 * One thread's operations on a store. The key is the one in the client's {@link EntryMemory};
 * values are written from there, and point reads leave theirs there.
 *
 * <p>Each store's client holds everything prepared that its interface allows to be prepared:
 * buffers, options, transactions.
 */
interface Client extends AutoCloseable {

  /** The length of a value that is not there. */
  int ABSENT = -1;

  /** Writes the entry, as durably as the store was opened for. */
  void put();

  /** As {@link #put}, when the key is known to come after all others. */
  default void append() {
    put();
  }

  /** Adds the entry to the batch. */
  void addToBatch();

  /** Writes the batch at once, and empties it. */
  void writeBatch();

  /** Reads the key's value; returns its length. */
  int get();

  /** Reads the value of the key that is not there; returns its length. */
  int getMissing();

  /** Moves the cursor to the key or the first one after it; opens the cursor if need be. */
  boolean seek();

  /** Moves the cursor to the next entry. */
  boolean next();

  /** Moves the cursor to the entry before. */
  boolean prev();

  /** Whether the cursor stands on the key and on the value that was written for it. */
  boolean standsOn(Expected expected, long number);

  /** Closes the cursor: the next seek sees all that was written before it. */
  void closeCursor();

  @Override
  void close();
}
