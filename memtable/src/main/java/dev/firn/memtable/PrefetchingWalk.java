package dev.firn.memtable;

import dev.firn.core.InternalCursor;
import dev.firn.core.Prefetch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Cursors over several frozen memtables, each from its first entry to its last, with prefetches of
 * what they read next.
 *
 * <p>In key order, a memtable's nodes and values are at random places in memory: each step waits
 * for memory, and a node has to be loaded to find the next one. But the lists do not depend on each
 * other. The walk runs ahead of the cursors and steps through all lists in turns, so that their
 * cache misses overlap.
 *
 * <p><b>Threading.</b> Belongs to one thread, with its cursors.
 *
 * <p><b>Ownership.</b> As for {@link MemTable#cursor}; the cursors are the caller's to close.
 */
public final class PrefetchingWalk {

  /** The count of entries read between two calls of {@link #prefetch}. */
  private static final int DISTANCE = 64;

  private static final int LINE_BYTES = 64;

  /** A power of two. */
  private static final long NEAR_BYTES = 4 * LINE_BYTES;

  private final List<InternalCursor> cursors = new ArrayList<>();
  private final Walker[] walkers;

  /** A walk that begins before the first entries. */
  public PrefetchingWalk(List<MemTable> tables) {
    walkers = new Walker[tables.size()];
    for (int i = 0; i < walkers.length; i++) {
      MemTableCursor cursor = tables.get(i).cursor();
      cursors.add(cursor);
      walkers[i] = new Walker(cursor);
    }
  }

  /** A cursor over each memtable, in the order of the memtables. It must only move forwards. */
  public List<InternalCursor> cursors() {
    return List.copyOf(cursors);
  }

  /** Must be called before every {@value #DISTANCE} steps of all cursors together. */
  public void prefetch() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Walker walker : walkers) {
        moved |= walker.step();
      }
    }
    // The nodes, which have the places of the values, are in the cache now: no load waits for
    // another.
    int sum = 0;
    for (Walker walker : walkers) {
      sum += walker.prefetchValues();
    }
    Prefetch.consume(sum);
  }

  /** A walk through one list, ahead of its cursor. */
  private static final class Walker {

    private final MemTableCursor cursor;
    private final MemorySegment memory;
    private final MemorySegment journal;
    private final long[] reached = new long[DISTANCE];
    private int count;
    private long node = NodeAllocator.HEAD;
    private long steps;
    private long valueEnd;

    Walker(MemTableCursor cursor) {
      this.cursor = cursor;
      this.memory = cursor.memory();
      this.journal = cursor.journal();
    }

    /** Moves to the next node, unless it is far enough ahead of the cursor. */
    boolean step() {
      if (node == 0 || count == DISTANCE || steps == cursor.steps() + DISTANCE) {
        return false;
      }
      node = Node.next(memory, node, 0);
      steps++;
      if (node != 0) {
        reached[count++] = node;
      }
      return true;
    }

    /** Loads the key's last byte and a byte of the value's first lines, of each node reached. */
    int prefetchValues() {
      int sum = 0;
      for (int i = 0; i < count; i++) {
        long at = reached[i];
        sum += memory.get(ValueLayout.JAVA_BYTE, at + Node.KEY + Node.keyLength(memory, at) - 1);
        long length = Node.valueLength(memory, at);
        long value = Node.valueOffset(memory, at);
        // The processor itself prefetches a value that directly follows the last one.
        boolean far = (value - valueEnd & -NEAR_BYTES) != 0;
        valueEnd = value + length;
        if (far && length > 0) {
          sum += journal.get(ValueLayout.JAVA_BYTE, value);
          sum += journal.get(ValueLayout.JAVA_BYTE, value + Math.min(length - 1, LINE_BYTES));
          sum += journal.get(ValueLayout.JAVA_BYTE, value + Math.min(length - 1, 2 * LINE_BYTES));
        }
      }
      count = 0;
      return sum;
    }
  }
}
