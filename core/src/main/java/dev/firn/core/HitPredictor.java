package dev.firn.core;

/**
 * Predicts whether the next point read finds an entry, from the outcomes of the last reads. The
 * prediction decides what a read prefetches and whether it consults a filter, never its result.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
public final class HitPredictor {

  private static final int MAX_MISSES = 3;

  /** Count of consecutive hits after which the next read is almost certainly a hit. */
  private static final int CERTAIN_HITS = 16;

  /** A score, at most {@link #MAX_MISSES}: a miss adds one, a hit subtracts one. */
  private int misses;

  /** The count of consecutive hits, at most {@link #CERTAIN_HITS}. */
  private int hitsInRow;

  /** Records the outcome of a read. */
  public void record(boolean hit) {
    misses = hit ? Math.max(misses - 1, 0) : Math.min(misses + 1, MAX_MISSES);
    hitsInRow = hit ? Math.min(hitsInRow + 1, CERTAIN_HITS) : 0;
  }

  /** Whether the next read is probably a hit, so that prefetching the entry's way is worthwhile. */
  public boolean isHitLikely() {
    return misses <= MAX_MISSES / 2;
  }

  /**
   * Whether the next read is almost certainly a hit, so that in the last place to search the filter
   * would only cost its cache miss.
   */
  public boolean isHitCertain() {
    return hitsInRow == CERTAIN_HITS;
  }
}
