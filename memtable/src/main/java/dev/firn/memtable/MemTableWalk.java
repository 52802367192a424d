package dev.firn.memtable;

import dev.firn.core.InternalCursor;
import dev.firn.core.Prefetch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads several memtables, which nobody changes any more, each from its first entry to its last,
 * and prefetches what its cursors read next.
 *
 * <p>In the order of keys a memtable's nodes and values lie anywhere: each step waits for memory,
 * and where the next node is, only the one before it says. But the lists do not depend on each
 * other. Walked ahead in turns, a step at a time, they wait together.
 *
 * <p><b>Threading.</b> Belongs to one thread, with its cursors.
 *
 * <p><b>Ownership.</b> As for {@link MemTable#cursor}; the cursors are the caller's to close.
 */
public final class MemTableWalk {

  /** As many entries as are read between two calls of {@link #prefetch}. */
  private static final int DISTANCE = 64;

  private static final int LINE_BYTES = 64;

  /** A power of two. */
  private static final long NEAR_BYTES = 4 * LINE_BYTES;

  private final List<InternalCursor> cursors = new ArrayList<>();
  private final Ahead[] walkers;

  /** Begins before the first entries. */
  public MemTableWalk(List<MemTable> tables) {
    walkers = new Ahead[tables.size()];
    for (int i = 0; i < walkers.length; i++) {
      MemTableCursor cursor = tables.get(i).newCursor();
      cursors.add(cursor);
      walkers[i] = new Ahead(cursor);
    }
  }

  /** A cursor over each memtable, in their order. They are to be read forwards only. */
  public List<InternalCursor> cursors() {
    return List.copyOf(cursors);
  }

  /** To be called before every {@value #DISTANCE} steps of all cursors together. */
  public void prefetch() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Ahead walker : walkers) {
        moved |= walker.step();
      }
    }
    // Where a value is its node says: now the nodes are here, and no load waits for another.
    int sum = 0;
    for (Ahead walker : walkers) {
      sum += walker.prefetchValues();
    }
    Prefetch.consume(sum);
  }

  /** A walk through one list, before its cursor. */
  private static final class Ahead {

    private final MemTableCursor cursor;
    private final MemorySegment memory;
    private final MemorySegment journal;
    private final long[] reached = new long[DISTANCE];
    private int count;
    private long node = NodeAllocator.HEAD;
    private long steps;
    private long valueEnd;

    Ahead(MemTableCursor cursor) {
      this.cursor = cursor;
      this.memory = cursor.memory();
      this.journal = cursor.journal();
    }

    /** Goes to the next node, unless it is far enough before the cursor. */
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

    /** Loads a little of the key's end and of each line of the value of the nodes reached. */
    int prefetchValues() {
      int sum = 0;
      for (int i = 0; i < count; i++) {
        long at = reached[i];
        sum += memory.get(ValueLayout.JAVA_BYTE, at + Node.KEY + Node.keyLength(memory, at) - 1);
        long length = Node.valueLength(memory, at);
        long value = Node.valueOffset(memory, at);
        // What was written right behind the last one, the processor fetches by itself.
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
