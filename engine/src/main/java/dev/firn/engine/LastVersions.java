package dev.firn.engine;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import java.lang.foreign.Arena;

/**
 * Counts the versions of one key that a scan has read last. After many of them the scan searches:
 * for the version to show, and past the key.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class LastVersions {

  /** Versions of one key at a batch's end after which the rest is not walked. */
  private static final int MANY = 8;

  /** Entries of the batch after a search: the next key may have as many versions. */
  private static final int ENTRIES_AFTER_SEARCH = 2 * MANY;

  private final KeyBuffer key;

  /** How many of the last entries that were read are versions of one key, if they are many. */
  private int count;

  /** The trailer of the last entry that was read. */
  private long lastTrailer;

  LastVersions(Arena arena) {
    this.key = new KeyBuffer(arena);
  }

  long memoryBytes() {
    return key.memoryBytes();
  }

  /** The entries read next are of other keys. */
  void reset() {
    count = 0;
  }

  boolean areMany() {
    return count >= MANY;
  }

  /**
   * Counts the entries of a batch; called before they are moved. Between batches, trailers tell: a
   * key that differs after all costs a search.
   *
   * @param from the first entry that was not in the preceding batch
   */
  void count(EntryBatch entries, int from, boolean descending) {
    int size = entries.size();
    if (size > from) {
      int first = Math.max(from, size - MANY);
      boolean goesOn = first == from && lastTrailer > entries.trailer(first) == descending;
      boolean isOneKey = entries.isSameKey(size - 1, first);
      count = isOneKey ? size - first + (goesOn ? count : 0) : 0;
      lastTrailer = entries.trailer(size - 1);
    }
  }

  /** Prepares a search from the key of the last entry that was read; returns the key. */
  KeyBuffer pass(InternalCursor source, BatchLimits limits) {
    count = 0;
    limits.narrow(ENTRIES_AFTER_SEARCH);
    key.set(source.key(), source.keyOffset(), source.keyLength());
    return key;
  }
}
