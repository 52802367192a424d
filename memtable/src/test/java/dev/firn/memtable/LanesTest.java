package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LanesTest {

  private static final int GROUPS = 600;
  private static final int KEY_BYTES = StoreKey.TREE_BYTES + Long.BYTES;
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Inserts that were approached and others, taken in turns, near each other and far apart. */
  @Test
  void inserts_approachedOrNot_areInOrder() {
    Random random = new Random(11);
    try (MemTableArena arena = MemTableArena.allocate(4 << 20)) {
      MemTable table = new MemTable(arena, Arena.ofAuto().allocate(8), SharedPrefixes.none(), 3);
      TreeSet<Long> keys = new TreeSet<>();
      Lanes lanes = new Lanes();
      MemorySegment key = Arena.ofAuto().allocate(KEY_BYTES);
      long sequence = 1;
      for (int group = 0; group < GROUPS; group++) {
        long[] next = group(random, keys, group);
        boolean approached = random.nextInt(4) > 0;
        for (int i = 0; approached && i < next.length; i++) {
          set(key, next[i]);
          table.approachNext(key, 0, KEY_BYTES, lanes);
        }
        if (approached) {
          table.approach(lanes);
        }
        for (int i = 0; i < next.length; i++) {
          set(key, next[i]);
          long trailer = SequenceNumber.trailer(sequence++, 1);
          assertTrue(table.tryBudget(MemTable.nodeBytes(KEY_BYTES)));
          if (approached) {
            table.insert(key, 0, KEY_BYTES, trailer, 0, 0, lanes, i);
          } else {
            table.insert(key, 0, KEY_BYTES, trailer, 0, 0);
          }
        }
      }
      check(table, keys);
    }
  }

  private static long[] group(Random random, TreeSet<Long> keys, int group) {
    long[] next = new long[1 + random.nextInt(Lanes.COUNT)];
    for (int i = 0; i < next.length; i++) {
      do {
        next[i] = group % 3 == 0 ? random.nextInt(200_000) : random.nextLong();
      } while (!keys.add(next[i] ^ Long.MIN_VALUE));
    }
    return next;
  }

  private static void set(MemorySegment key, long number) {
    StoreKey.setTree(key, 0, 1);
    key.set(WORD, StoreKey.TREE_BYTES, number);
  }

  private static void check(MemTable table, TreeSet<Long> keys) {
    try (InternalCursor cursor = table.cursor()) {
      boolean more = cursor.first();
      for (long expected : keys) {
        assertTrue(more);
        long found = cursor.key().get(WORD, cursor.keyOffset() + StoreKey.TREE_BYTES);
        assertEquals(expected ^ Long.MIN_VALUE, found);
        more = cursor.next();
      }
      assertEquals(false, more);
    }
  }
}
