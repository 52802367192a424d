package dev.firn.memtable;

import dev.firn.core.Prefetch;
import java.lang.foreign.MemorySegment;

/**
 * Several searches of a {@link SkipList} that run side by side.
 *
 * <p>A search waits for memory at nearly every step below the highest levels, and each step depends
 * on the one before. Searches for different keys do not depend on each other: their cache misses
 * overlap if they take turns, a step each. Each search keeps its path, the nodes where it went
 * down. The entries are then inserted one after another. From its search's path an insert finds the
 * few nodes that were inserted meanwhile.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
public final class BatchSearch {

  /** The maximum count of searches. */
  public static final int CAPACITY = 16;

  private static final int NONE = -1;

  private final long[] normalizedKeys = new long[CAPACITY];
  private final long[] hashes = new long[CAPACITY];
  private final long[] nodes = new long[CAPACITY];
  private final int[] levels = new int[CAPACITY];
  private final int[] tieLevels = new int[CAPACITY];

  /** The searches that have not reached the bottom. */
  private final int[] active = new int[CAPACITY];

  /** By search, then by level. */
  private final long[] paths = new long[CAPACITY * Node.MAX_HEIGHT];

  private final int[] startLevels = new int[CAPACITY];
  private int count;
  private boolean hasRun;

  /** No searches yet. */
  public BatchSearch() {}

  /** Adds a search for a key. */
  void add(long normalized, long hash) {
    normalizedKeys[count] = normalized;
    hashes[count] = hash;
    count++;
  }

  /** The normalized key of a search. */
  long normalizedKey(int search) {
    return normalizedKeys[search];
  }

  /** The hash of a search's key. */
  long hash(int search) {
    return hashes[search];
  }

  /** Whether the last searches ran, or were skipped. */
  boolean hasRun() {
    return hasRun;
  }

  /** The count of levels, from the lowest, on which a search found {@link #prev}. */
  int height(int search) {
    return startLevels[search] + 1;
  }

  /**
   * The last node on a level with a smaller normalized key than the search's, as the search met it;
   * the head if there is none.
   */
  long prev(int search, int level) {
    return paths[search * Node.MAX_HEIGHT + level];
  }

  /**
   * The highest level on which the search met a node with its normalized key, or -1. Equal
   * normalized keys do not order the keys: the search stayed to the left of all these nodes. The
   * search of the insert must start on this level; from a lower level it would walk along all of
   * them.
   */
  int tieLevel(int search) {
    return tieLevels[search];
  }

  /** Clears the batch without running the searches. */
  void skip() {
    count = 0;
    hasRun = false;
  }

  /** Prefetches the words of the filter that the keys will be added to. */
  void prefetch(KeyFilter filter) {
    long loaded = 0;
    for (int i = 0; i < count; i++) {
      loaded += filter.prefetch(hashes[i]);
    }
    Prefetch.consume(loaded);
  }

  /** Runs all searches, from shortcuts or the list's start to level 0, and clears the batch. */
  void run(MemorySegment memory, SkipList list) {
    int left = begin(list);
    while (left > 0) {
      for (int i = left - 1; i >= 0; i--) {
        int search = active[i];
        if (step(memory, search) < 0) {
          active[i] = active[--left];
        }
      }
    }
  }

  private int begin(SkipList list) {
    hasRun = true;
    int searches = count;
    count = 0;
    int top = list.top();
    for (int i = 0; i < searches; i++) {
      long shortcut = list.shortcuts().before(normalizedKeys[i]);
      boolean found = shortcut != SearchShortcuts.NONE;
      nodes[i] = found ? Node.target(shortcut) : NodeAllocator.HEAD;
      startLevels[i] = found ? SearchShortcuts.LEVEL : top;
      levels[i] = startLevels[i];
      tieLevels[i] = NONE;
      active[i] = i;
    }
    return searches;
  }

  /**
   * Moves a search to the next node or down, and returns its level. The choice between the two is
   * no branch, so no search waits for what another search loads.
   */
  private int step(MemorySegment memory, int search) {
    int level = levels[search];
    long node = nodes[search];
    long link = Node.link(memory, node, level);
    long normalized = normalizedKeys[search];
    paths[search * Node.MAX_HEIGHT + level] = node;
    if (Node.normalizedKey(link) == normalized) {
      tieLevels[search] = Math.max(tieLevels[search], level);
    }
    long before = (Node.normalizedKey(link) - normalized) >> 63;
    nodes[search] = node + ((Node.target(link) - node) & before);
    level = level - 1 - (int) before;
    levels[search] = level;
    return level;
  }
}
