package dev.firn.memtable;

import dev.firn.core.Prefetch;
import java.lang.foreign.MemorySegment;

/**
 * Several searches of a {@link SkipList} that go on side by side.
 *
 * <p>A search waits for memory at nearly every step below the highest levels, and each step depends
 * on the one before. Searches for other keys do not: taken a step at a time in turns, they wait
 * together. Each leaves behind by which nodes it came down. The entries are then put in their
 * places one after the other, and find the little that changed meanwhile from there.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
public final class BatchSearch {

  /** How many searches there can be. */
  public static final int COUNT = 16;

  private static final int NONE = -1;

  private final long[] numbers = new long[COUNT];
  private final long[] hashes = new long[COUNT];
  private final long[] nodes = new long[COUNT];
  private final int[] levels = new int[COUNT];
  private final int[] doubts = new int[COUNT];
  private final int[] open = new int[COUNT];

  /** By lane, then by level. */
  private final long[] paths = new long[COUNT * Node.MAX_HEIGHT];

  private final int[] tops = new int[COUNT];
  private int used;
  private boolean hasRun;

  /** No searches yet. */
  public BatchSearch() {}

  void add(long number, long hash) {
    numbers[used] = number;
    hashes[used] = hash;
    used++;
  }

  /** The number of a lane's key. */
  long number(int lane) {
    return numbers[lane];
  }

  /** The hash of a lane's key. */
  long hash(int lane) {
    return hashes[lane];
  }

  /** Whether the last ones were searched for, or not. */
  boolean hasRun() {
    return hasRun;
  }

  /** On how many levels, from the lowest, a lane found {@link #prev}. */
  int height(int lane) {
    return tops[lane] + 1;
  }

  /**
   * The last node on a level whose key has a smaller number than that of a lane's, as the search
   * met it; perhaps the head.
   */
  long prev(int lane, int level) {
    return paths[lane * Node.MAX_HEIGHT + level];
  }

  /**
   * The highest level on which a node with the number of a lane's key was met, or -1. Equal numbers
   * say nothing of where the key is: the search kept to the left of them all. The insert's has to
   * begin on this level, or it would walk along all of them on a low one.
   */
  int doubt(int lane) {
    return doubts[lane];
  }

  /** Makes no search. Clears the lanes. */
  void skip() {
    used = 0;
    hasRun = false;
  }

  /** Loads the words of the filter that the keys will be added to. */
  void prefetch(KeyFilter filter) {
    long sum = 0;
    for (int i = 0; i < used; i++) {
      sum += filter.prefetch(hashes[i]);
    }
    Prefetch.consume(sum);
  }

  /** Goes all the way down on all lanes, from signposts or the list's start, and clears them. */
  void run(MemorySegment memory, SkipList list) {
    int left = begin(list);
    while (left > 0) {
      for (int i = left - 1; i >= 0; i--) {
        int lane = open[i];
        if (step(memory, lane) < 0) {
          open[i] = open[--left];
        }
      }
    }
  }

  private int begin(SkipList list) {
    hasRun = true;
    int count = used;
    used = 0;
    int top = list.top();
    for (int i = 0; i < count; i++) {
      long post = list.posts().before(numbers[i]);
      boolean posted = post != SearchShortcuts.NONE;
      nodes[i] = posted ? Node.target(post) : NodeAllocator.HEAD;
      tops[i] = posted ? SearchShortcuts.LEVEL : top;
      levels[i] = tops[i];
      doubts[i] = NONE;
      open[i] = i;
    }
    return count;
  }

  /**
   * Goes on along a lane to the next node or down, and returns the level; without a branch on
   * which of both: no lane waits for what another one loads.
   */
  private int step(MemorySegment memory, int lane) {
    int level = levels[lane];
    long node = nodes[lane];
    long link = Node.link(memory, node, level);
    long number = numbers[lane];
    paths[lane * Node.MAX_HEIGHT + level] = node;
    if (Node.number(link) == number) {
      doubts[lane] = Math.max(doubts[lane], level);
    }
    long before = (Node.number(link) - number) >> 63;
    nodes[lane] = node + ((Node.target(link) - node) & before);
    level = level - 1 - (int) before;
    levels[lane] = level;
    return level;
  }
}
