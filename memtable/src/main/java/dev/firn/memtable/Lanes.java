package dev.firn.memtable;

import java.lang.foreign.MemorySegment;

/**
 * Several searches of a {@link SkipList} that go on side by side.
 *
 * <p>A search waits for memory at nearly every step below the highest levels, and each step depends
 * on the one before. Searches for other keys do not: taken a step at a time in turns, they wait
 * together. What they meet is then in the processor's cache when the entries are put in their
 * places one after the other; and where each of them came by on a low level, its insert begins.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
public final class Lanes {

  /** How many searches there can be. */
  public static final int COUNT = 16;

  /** The lowest level on which inserts begin: one node in 64 is on it. */
  static final int START_LEVEL = 3;

  private static final int NOWHERE = Integer.MAX_VALUE;

  private final long[] prefixes = new long[COUNT];
  private final long[] nodes = new long[COUNT];
  private final int[] levels = new int[COUNT];
  private final long[] nexts = new long[COUNT];
  private final long[] found = new long[COUNT];
  private final long[] starts = new long[COUNT];
  private final int[] startLevels = new int[COUNT];
  private final int[] floors = new int[COUNT];
  private int used;

  /** No searches yet. */
  public Lanes() {}

  void add(long prefix) {
    prefixes[used++] = prefix;
  }

  /** A node before the key of a search, linked on {@link #startLevel}; perhaps the head. */
  long start(int lane) {
    return starts[lane];
  }

  /** The level from which {@link #start} leads to the key; {@link #START_LEVEL} or above. */
  int startLevel(int lane) {
    return startLevels[lane];
  }

  /** Makes no search: inserts begin at the list's start. Clears the lanes. */
  void skip(int top) {
    begin(top);
  }

  private int begin(int top) {
    int count = used;
    used = 0;
    int startLevel = Math.max(top, START_LEVEL);
    for (int i = 0; i < count; i++) {
      nodes[i] = NodeAllocator.HEAD;
      starts[i] = NodeAllocator.HEAD;
      levels[i] = top;
      startLevels[i] = startLevel;
      floors[i] = START_LEVEL;
    }
    return count;
  }

  /** Goes all the way down on all lanes, from the list's start, and clears them. */
  void run(MemorySegment memory, int top) {
    int count = begin(top);
    int left = count;
    while (left > 0) {
      // First all loads, then all decisions, and those without branches: no load waits for the
      // outcome of another lane's.
      for (int i = 0; i < count; i++) {
        long next = Node.next(memory, nodes[i], levels[i] & ~(levels[i] >> 31));
        nexts[i] = next;
        found[i] = Node.prefix(memory, next + (NodeAllocator.HEAD & (next - 1) >> 63));
      }
      left = 0;
      for (int i = 0; i < count; i++) {
        long next = nexts[i];
        long atEnd = (next - 1) >> 63;
        long prefix = prefixes[i];
        long before = isLess(found[i] | atEnd, prefix);
        long node = nodes[i] + ((next - nodes[i]) & -before);
        nodes[i] = node;
        int level = levels[i] - 1 + (int) before;
        levels[i] = level;
        // Equal prefixes say nothing of where the key is. This search keeps to the left of them
        // all; the insert's has to begin on the level where they were met first, or it would
        // walk along all of them on a low one.
        if (found[i] == prefix) {
          floors[i] = NOWHERE;
        }
        if (level >= floors[i]) {
          starts[i] = node;
          startLevels[i] = level;
        }
        left += (level >> 31) + 1;
      }
    }
  }

  /** 1 if the first of two unsigned numbers is less, else 0. */
  private static long isLess(long a, long b) {
    return ((~a & b) | ((~a | b) & (a - b))) >>> 63;
  }
}
