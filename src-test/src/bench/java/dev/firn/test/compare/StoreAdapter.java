package dev.firn.test.compare;

/**
 * A store under comparison, opened on an empty folder.
 *
 * <p><b>Threading.</b> Clients are made by any thread, and each belongs to one. The rest is called
 * while no client works.
 *
 * <p><b>Ownership.</b> Closed after its clients.
 */
interface StoreAdapter extends AutoCloseable {

  /** What a size is when a store does not tell. */
  long UNKNOWN = -1;

  /** One thread's way to the store, with the memory its keys and values are in. */
  Client client(EntryMemory memory);

  /**
   * Puts what is in memory to its place on disk, and waits until nothing is left to be done.
   *
   * @return when that was, by {@link System#nanoTime}
   */
  long settle() throws InterruptedException;

  /** How many bytes flushes and merges have written since the store was opened. */
  long mergedBytes();

  /** What the store takes on disk. */
  long diskBytes();

  /** What the store takes on disk besides its journals. */
  default long tableBytes() {
    return diskBytes();
  }

  @Override
  void close();
}
