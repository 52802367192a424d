package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decides when reads justify a compaction: counts the entries that cursors read from several runs,
 * and compares them with the entries that the compaction would write. The compaction is due at half
 * of those. So reads cause at most twice as many writes, and one scan of the whole store is enough.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class ReadLoad {

  /** A search counts as this many entries in each run: it reads about a block there. */
  private static final long SEARCH_ENTRIES = 32;

  /** The maximum of entries that a compaction may write for one that was read. */
  private static final long MAX_WRITES_PER_READ = 2;

  private static final long NEVER = Long.MAX_VALUE;

  /** Counts the reads of a cursor, scan after scan, and adds them to the load in portions. */
  final class Counter {

    private static final int PORTION = 1024;

    private int runs;
    private int searches;
    private int entries;

    private Counter() {}

    /** Begins a scan whose searches read {@code count} runs. */
    void begin(int count) {
      if (count != runs) {
        publish();
        runs = count;
      }
    }

    /** Counts reads, unless a search reads one run only. */
    void add(int moreSearches, int moreEntries) {
      if (runs > 1) {
        searches += moreSearches;
        entries += moreEntries;
        if (searches + entries >= PORTION) {
          publish();
        }
      }
    }

    /** Adds the reads counted so far to the load. */
    void publish() {
      if (searches + entries > 0) {
        ReadLoad.this.add(searches, runs, entries);
        searches = 0;
        entries = 0;
      }
    }
  }

  private final LongAdder read = new LongAdder();

  @GuardedBy("this")
  private Runnable whenDue = () -> {};

  /** Read by {@link #add} without the lock; {@link #NEVER} once it was reached. */
  private volatile long threshold = NEVER;

  private volatile boolean due;

  /** The counter of a cursor. */
  Counter counter() {
    return new Counter();
  }

  /**
   * Adds reads.
   *
   * @param searches the number of searches
   * @param runs the number of runs that each search read
   * @param entries the number of entries that cursors stepped over
   */
  void add(long searches, int runs, long entries) {
    read.add(searches * runs * SEARCH_ENTRIES + entries);
    if (read.sum() >= threshold) {
      reach();
    }
  }

  /** Offers a compaction that would write {@code entries}; runs {@code action} once it is due. */
  synchronized void offer(long entries, Runnable action) {
    whenDue = action;
    threshold = entries / MAX_WRITES_PER_READ;
  }

  /** Withdraws the offer and counts from 0, because the runs have changed. */
  synchronized void reset() {
    threshold = NEVER;
    due = false;
    read.reset();
  }

  /** Whether the offered compaction is due. */
  boolean isDue() {
    return due;
  }

  private void reach() {
    Runnable action;
    synchronized (this) {
      if (threshold == NEVER) {
        return;
      }
      threshold = NEVER;
      due = true;
      action = whenDue;
    }
    action.run();
  }
}
