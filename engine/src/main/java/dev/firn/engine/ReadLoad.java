package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many entries cursors have read that had to look into several runs. Once that is half as many
 * as a merge would have to write, the merge has been earned: so readers never cause much more
 * writing than they read, and one walk over all of a store is enough.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class ReadLoad {

  /** What a search counts for in each run: it reads about a block there. */
  private static final long SEARCH_ENTRIES = 32;

  /** How many entries a merge may write for one that was read. */
  private static final long WRITTEN_FOR_READ = 2;

  private static final long NEVER = Long.MAX_VALUE;

  private final LongAdder read = new LongAdder();

  @GuardedBy("this")
  private Runnable whenEarned = () -> {};

  /** Read without the lock by those who count; {@link #NEVER} once it was reached. */
  private volatile long price = NEVER;

  private volatile boolean earned;

  /** Counts searches in so many runs each, and entries that were walked over. */
  void add(long searches, int runs, long entries) {
    read.add(searches * runs * SEARCH_ENTRIES + entries);
    if (read.sum() >= price) {
      earn();
    }
  }

  /** Says how many entries a merge would write, and what to do once it was earned. */
  synchronized void ask(long entries, Runnable action) {
    whenEarned = action;
    price = entries / WRITTEN_FOR_READ;
  }

  /** Begins to count anew: what was read was read of other runs. */
  synchronized void reset() {
    price = NEVER;
    earned = false;
    read.reset();
  }

  /** Whether the merge that was asked for was earned. */
  boolean isEarned() {
    return earned;
  }

  private void earn() {
    Runnable action;
    synchronized (this) {
      if (price == NEVER) {
        return;
      }
      price = NEVER;
      earned = true;
      action = whenEarned;
    }
    action.run();
  }
}
