package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Inserts that overtake each other. An insert is two steps, the search for its place and the
 * linking; whatever others link between the two makes it try again. So one thread plays all
 * interleavings.
 */
class SkipListInserterTest {

  private static final int KEY_BYTES = StoreKey.TREE_BYTES + 1;
  private static final int ARENA_WORDS = 160;
  private static final int SHORTCUTS = 16;
  private static final int SHORTCUT_WORDS = 18;
  private static final int OLD = 1;
  private static final int NEW = 2;
  private static final long STRESS_NANOS = 1_000_000_000;

  /** A list with room for a few entries. */
  private static final class SmallList {

    final MemorySegment memory = MemorySegment.ofArray(new long[ARENA_WORDS]);
    final NodeAllocator allocator = new NodeAllocator(memory);
    final SkipList list =
        new SkipList(
            memory,
            new SearchShortcuts(MemorySegment.ofArray(new long[SHORTCUT_WORDS]), 0, SHORTCUTS));
    final SkipListInserter inserter = new SkipListInserter(memory, list);

    void insert(int key, int sequence, int height) {
      new Insert(this, key, sequence, height).link();
    }

    /** The sequence of a key's newest entry, or 0. */
    int newest(int key) {
      long found = list.find(key, bytes(key), 0, KEY_BYTES, SequenceNumber.MAX_TRAILER);
      return (found & SkipList.SAME_KEY) == 0
          ? 0
          : (int) Node.valueOffset(memory, found - SkipList.SAME_KEY);
    }

    boolean isMarked(long node) {
      return Node.isSuperseded(memory, node);
    }
  }

  /** An insert that has found its place. */
  private static final class Insert {

    final SmallList to;
    final int key;
    final int sequence;
    final long node;
    private final int height;
    private final Splice place;

    Insert(SmallList to, int key, int sequence, int height) {
      this.to = to;
      this.key = key;
      this.sequence = sequence;
      this.height = height;
      this.place = to.inserter.acquire();
      MemorySegment bytes = bytes(key);
      long trailer = SequenceNumber.trailer(sequence, ValueKind.PUT.code());
      to.inserter.seek(place, height, key, bytes, 0, KEY_BYTES, trailer);
      node = to.allocator.allocate(KEY_BYTES, height);
      Node.init(to.memory, node, trailer, sequence, 0, bytes, 0, KEY_BYTES);
    }

    void link() {
      to.inserter.link(place, node, key, height);
    }
  }

  private static MemorySegment bytes(int key) {
    byte[] bytes = new byte[KEY_BYTES];
    bytes[KEY_BYTES - 1] = (byte) key;
    return MemorySegment.ofArray(bytes);
  }

  @Test
  void insertOfAnOlderVersion_overtakenByANewerOne_marksItself() {
    SmallList list = new SmallList();
    Insert older = new Insert(list, 1, OLD, 1);
    list.insert(1, NEW, 1);
    older.link();
    assertTrue(list.isMarked(older.node));
    assertEquals(NEW, list.newest(1));
  }

  @Test
  void insertOfANewerVersion_overtakenByAnOlderOne_marksThatOne() {
    SmallList list = new SmallList();
    Insert newer = new Insert(list, 1, NEW, 1);
    Insert older = new Insert(list, 1, OLD, 2);
    older.link();
    assertFalse(list.isMarked(older.node));
    newer.link();
    assertTrue(list.isMarked(older.node), "a search would stop at the older version");
    assertFalse(list.isMarked(newer.node));
    assertEquals(NEW, list.newest(1));
  }

  /** Four inserts of two keys, in all orders of their eight steps. */
  @Test
  void inserts_inEveryInterleaving_keepOrderAndMarks() {
    int[][] entries = {{1, 1}, {1, 2}, {2, 3}, {1, 4}};
    int interleavings = 0;
    for (int shift = 0; shift < entries.length; shift++) {
      int[][] rotated = new int[entries.length][];
      for (int i = 0; i < entries.length; i++) {
        rotated[i] = entries[(i + shift) % entries.length];
      }
      for (int heights = 0; heights < 1 << entries.length; heights++) {
        interleavings += play(rotated, heights, new ArrayList<>());
      }
    }
    assertEquals(4 * 16 * 2520, interleavings);
  }

  /** Plays every order that begins with some steps; returns how many there are. */
  private static int play(int[][] entries, int heights, List<Integer> steps) {
    if (steps.size() == 2 * entries.length) {
      playOne(entries, heights, steps);
      return 1;
    }
    int count = 0;
    for (int i = 0; i < entries.length; i++) {
      int insert = i;
      if (steps.stream().filter(step -> step == insert).count() < 2) {
        steps.add(insert);
        count += play(entries, heights, steps);
        steps.removeLast();
      }
    }
    return count;
  }

  private static void playOne(int[][] entries, int heights, List<Integer> steps) {
    SmallList list = new SmallList();
    Insert[] begun = new Insert[entries.length];
    int[] newest = new int[3];
    for (int step : steps) {
      Insert insert = begun[step];
      if (insert == null) {
        int height = 1 + (heights >>> step & 1);
        begun[step] = new Insert(list, entries[step][0], entries[step][1], height);
      } else {
        insert.link();
        newest[insert.key] = Math.max(newest[insert.key], insert.sequence);
        for (int key = 1; key < newest.length; key++) {
          assertEquals(newest[key], list.newest(key), "steps=" + steps + " heights=" + heights);
        }
      }
    }
    ListCheck.check(list.memory, entries.length);
  }

  /** A short version of {@code MemTableStress}: two threads, a new list each round. */
  @Test
  void twoVersionsAtOnce_atFullSpeed_areFoundAndMarked() throws Exception {
    long end = System.nanoTime() + STRESS_NANOS;
    AtomicReference<SmallList> round = new AtomicReference<>(new SmallList());
    AtomicInteger steps = new AtomicInteger();
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    Thread other =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    insertNewer(round, steps, end);
                  } catch (Throwable e) {
                    wrong.set(e);
                  }
                });
    for (int rounds = 0; await(steps, 2 * rounds + 1, end); rounds++) {
      SmallList list = round.get();
      list.insert(1, OLD, 2);
      int seen = list.newest(1);
      int again = list.newest(1);
      assertTrue(seen >= OLD && again >= seen, "saw " + seen + ", then " + again);
      if (!await(steps, 2 * rounds + 2, end)) {
        break;
      }
      assertEquals(NEW, list.newest(1));
      ListCheck.check(list.memory, 3);
      round.set(new SmallList());
    }
    other.join();
    assertNull(wrong.get());
  }

  private static void insertNewer(AtomicReference<SmallList> round, AtomicInteger steps, long end) {
    SmallList done = null;
    while (System.nanoTime() < end) {
      SmallList list = round.get();
      if (list != done) {
        steps.incrementAndGet();
        list.insert(1, NEW, 2);
        list.insert(2, OLD, 1);
        done = list;
        steps.incrementAndGet();
      }
      Thread.onSpinWait();
    }
  }

  private static boolean await(AtomicInteger steps, int wanted, long end) {
    while (steps.get() < wanted) {
      if (System.nanoTime() >= end) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }
}
