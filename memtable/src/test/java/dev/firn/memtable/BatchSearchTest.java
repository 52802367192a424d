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

class BatchSearchTest {

  private static final int GROUPS = 600;
  private static final int KEY_BYTES = StoreKey.TREE_BYTES + Long.BYTES;
  private static final long NORMALIZED = 7;
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Inserts with and without a search ahead, in turns, near each other and far apart. */
  @Test
  void inserts_searchedAheadOrNot_areInOrder() {
    insertGroups(new Random(11), GROUPS);
  }

  /** Short lists have few levels. */
  @Test
  void inserts_ofShortLists_areInOrder() {
    for (int seed = 0; seed < 500; seed++) {
      insertGroups(new Random(seed), 12);
    }
  }

  private static void insertGroups(Random random, int groups) {
    try (MemTableArena arena = MemTableArena.allocate(4 << 20)) {
      MemTable table = new MemTable(arena, Arena.ofAuto().allocate(8), KeyNormalizer.none(), 3);
      TreeSet<Long> keys = new TreeSet<>();
      BatchSearch batch = new BatchSearch();
      MemorySegment key = Arena.ofAuto().allocate(KEY_BYTES);
      long sequence = 1;
      for (int group = 0; group < groups; group++) {
        long[] next = group(random, keys);
        boolean searched = random.nextInt(4) > 0;
        for (int i = 0; searched && i < next.length; i++) {
          set(key, next[i]);
          table.addSearch(key, 0, KEY_BYTES, batch);
        }
        if (searched) {
          table.prefetch(batch);
        }
        for (int i = 0; i < next.length; i++) {
          set(key, next[i]);
          long trailer = SequenceNumber.trailer(sequence++, 1);
          assertTrue(table.tryBudget(MemTable.nodeBytes(KEY_BYTES)));
          if (searched) {
            table.insert(key, 0, KEY_BYTES, trailer, 0, 0, batch, i);
          } else {
            table.insert(key, 0, KEY_BYTES, trailer, 0, 0);
          }
        }
      }
      check(table, keys);
      arena.reset();
      ListCheck.check(arena.claim(), keys.size());
    }
  }

  /**
   * Keys whose normalized keys are all equal, as those of one writer or one sensor may be: a search
   * by normalized keys cannot order them, and an insert must not walk along all of them.
   */
  @Test
  void tieLevel_amongEqualNormalizedKeys_isNearInSteps() {
    Random random = new Random(5);
    try (MemTableArena arena = MemTableArena.allocate(8 << 20)) {
      MemorySegment memory = arena.claim();
      NodeAllocator allocator = new NodeAllocator(memory);
      SkipList list =
          new SkipList(
              memory, new SearchShortcuts(arena.shortcuts(), 0, TreeKeyNormalizer.MAX_NORMALIZED));
      SkipListInserter inserter = new SkipListInserter(memory, list);
      BatchSearch batch = new BatchSearch();
      MemorySegment key = Arena.ofAuto().allocate(KEY_BYTES);
      int longest = 0;
      for (int i = 0; i < 40_000; i++) {
        set(key, random.nextLong());
        int height = MemTable.height(random.nextLong());
        long trailer = SequenceNumber.trailer(i + 1, 1);
        batch.add(NORMALIZED, 0);
        batch.run(memory, list);
        longest = Math.max(longest, steps(memory, batch, key, trailer));
        Splice place = inserter.acquire();
        inserter.seek(place, height, batch, 0, key, 0, KEY_BYTES, trailer);
        long node = allocator.allocate(KEY_BYTES, height);
        Node.init(memory, node, trailer, 0, 0, key, 0, KEY_BYTES);
        inserter.link(place, node, NORMALIZED, height);
      }
      ListCheck.check(memory, allocator.entries());
      assertTrue(longest < 150, "longest=" + longest);
    }
  }

  /** Count of nodes compared on the way from the end of the search to the place of the key. */
  private static int steps(
      MemorySegment memory, BatchSearch batch, MemorySegment key, long trailer) {
    int steps = 0;
    int level = Math.max(0, batch.tieLevel(0));
    long before = batch.prev(0, level);
    for (; level >= 0; level--) {
      long link;
      while (SkipList.isBefore(
          memory,
          link = Node.link(memory, before, level),
          NORMALIZED,
          key,
          0,
          KEY_BYTES,
          trailer)) {
        before = Node.target(link);
        steps++;
      }
      steps++;
    }
    return steps;
  }

  /** Keys of one kind: in order, near each other, with equal normalized keys, or random. */
  private static long[] group(Random random, TreeSet<Long> keys) {
    int kind = random.nextInt(4);
    long next = random.nextLong();
    long[] group = new long[1 + random.nextInt(BatchSearch.CAPACITY)];
    for (int i = 0; i < group.length; i++) {
      do {
        next =
            switch (kind) {
              case 0 -> next + 1;
              case 1 -> random.nextInt(200_000);
              case 2 -> 1L << 60 | random.nextInt(1 << 24);
              default -> random.nextLong();
            };
      } while (!keys.add(next ^ Long.MIN_VALUE));
      group[i] = next;
    }
    return group;
  }

  private static void set(MemorySegment key, long value) {
    StoreKey.setTree(key, 0, 1);
    key.set(WORD, StoreKey.TREE_BYTES, value);
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
