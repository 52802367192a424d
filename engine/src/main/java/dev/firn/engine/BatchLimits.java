package dev.firn.engine;

import dev.firn.core.EntryBatch;

/**
 * How many entries a scan reads at a time. Batches grow, so that a short scan does not pay for a
 * long one. A scan is expected to be one entry longer than the preceding one, because the scans of
 * a thread are often alike: its first batches have as many entries.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class BatchLimits {

  /** The maximum count of entries. */
  static final int CAPACITY = 64;

  private static final int FIRST_ENTRIES = 4;
  private static final int GROWTH = 4;
  private static final int MAX_KEY_BYTES = 64 * 1024;

  /** The number of entries that a scan is expected to read. */
  private int usual = FIRST_ENTRIES;

  /** The number of entries that this one is expected to read on. */
  private int expected;

  /** The limit of the next batch, if no more entries are expected. */
  private int limit;

  /** The number of entries in the preceding batches of this scan. */
  private int passed;

  /**
   * Begins a new scan.
   *
   * @param read the entries that the preceding scan read of its last batch
   */
  void restart(int read) {
    int walked = passed + read;
    if (walked > 0) {
      usual = walked + 1;
    }
    expected = usual;
    passed = 0;
  }

  /** The scan has read a batch to its end. */
  void pass(int entries) {
    passed += entries;
  }

  /** Sets the limit of the next batch. */
  void next(EntryBatch entries) {
    int next = expected > 0 ? Math.min(expected, CAPACITY) : limit;
    entries.setLimit(next, MAX_KEY_BYTES);
    expected -= next;
    limit = Math.min(next * GROWTH, CAPACITY);
  }

  /** Begins again with batches of {@code entries}. */
  void narrow(int entries) {
    limit = entries;
    expected = 0;
  }
}
