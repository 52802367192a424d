package dev.firn.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.MemoryBudget;
import dev.firn.core.StoreKey;
import dev.firn.engine.ScanBatchTest.Item;
import java.lang.foreign.ValueLayout;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The moves of a cursor over entries in blocks. */
class ScanCursorTest {

  private static final int TREE = 1;

  /** Entries on either side of the range, all of them newer than the scan. */
  private static final int HIDDEN = 1000;

  /** A batch. */
  private static final int FEW = 64;

  private final EngineFixture engine = new EngineFixture();

  @AfterEach
  void close() {
    engine.close();
  }

  private LeasedCursor cursor(BlockSource source, int sequence, String lower, String upper) {
    OpenCursors cursors =
        new OpenCursors(
            MemoryBudget.unbounded(),
            KnownGaps.none(),
            engine.health,
            new StoreClock(InstantSource.system(), 0));
    ScanCursor cursor = cursors.take();
    cursor.open(engine.currentView, TREE, bytes(lower), bytes(upper), () -> sequence);
    cursor.readFrom(source);
    return LeasedCursor.of(cursor);
  }

  private static byte[] bytes(String key) {
    return key.getBytes(UTF_8);
  }

  private static String key(LeasedCursor cursor) {
    int length = cursor.keyLength() - StoreKey.TREE_BYTES;
    byte[] key = cursor.key().asSlice(StoreKey.TREE_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(key, UTF_8);
  }

  /** An old snapshot of a small range between large ones that were written later. */
  @Test
  void everyMove_atTheEndOfTheRange_readsNoHiddenEntriesBehindIt() {
    assertStops(true, cursor -> cursor.first() && cursor.next() && !cursor.next());
    assertStops(true, cursor -> cursor.seek(TREE, bytes("m2")) && !cursor.next());
    assertStops(false, cursor -> cursor.seek(TREE, bytes("m3")));
    assertStops(false, cursor -> cursor.seek(TREE, bytes("n")));
    assertStops(false, cursor -> cursor.seek(TREE, bytes("z0100")));
    assertStops(true, cursor -> cursor.last() && cursor.prev() && !cursor.prev());
    assertStops(true, cursor -> cursor.seekBefore(TREE, bytes("m2")) && !cursor.prev());
    assertStops(true, cursor -> cursor.seekAtOrBefore(TREE, bytes("m1")) && !cursor.prev());
    assertStops(false, cursor -> cursor.seekBefore(TREE, bytes("m1")));
    assertStops(false, cursor -> cursor.seekBefore(TREE, bytes("b0100")));
    assertStops(false, cursor -> cursor.seekAtOrBefore(TREE, bytes("b0100")));
    // A step in the other direction, from either end of the range.
    assertStops(true, cursor -> cursor.last() && cursor.prev() && cursor.next());
    assertStops(true, cursor -> cursor.last() && !cursor.next());
    assertStops(true, cursor -> cursor.first() && !cursor.prev());
    assertStops(true, cursor -> cursor.last() && cursor.prev() && cursor.next() && !cursor.next());
  }

  @Test
  void everyMove_inARangeOfHiddenEntriesOnly_readsNoneBehindIt() {
    for (Predicate<LeasedCursor> move :
        List.<Predicate<LeasedCursor>>of(LeasedCursor::first, LeasedCursor::last)) {
      BlockSource source = new BlockSource(items("m1", "m2"), 7);
      try (LeasedCursor cursor = cursor(source, 4, "m", "n")) {
        assertFalse(move.test(cursor));
        assertTrue(source.visits <= 2 * FEW, source.visits + " entries were read");
      }
    }
  }

  private void assertStops(boolean expected, Predicate<LeasedCursor> moves) {
    for (int blockEntries : List.of(1, 3, Integer.MAX_VALUE)) {
      BlockSource source = new BlockSource(items("m1", "m2"), blockEntries);
      try (LeasedCursor cursor = cursor(source, 5, "m", "n")) {
        assertEquals(expected, moves.test(cursor));
        assertTrue(source.visits <= 4 * FEW, source.visits + " entries were read");
      }
    }
  }

  /** Some keys of sequence 5, with many of sequence 9 before and behind them. */
  private static List<Item> items(String... keys) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < HIDDEN; i++) {
      items.add(new Item("b%04d".formatted(i), 9, false));
    }
    for (String key : keys) {
      items.add(new Item(key, 5, false));
    }
    for (int i = 0; i < HIDDEN; i++) {
      items.add(new Item("z%04d".formatted(i), 9, false));
    }
    return items;
  }

  /** At every place, so also at the borders of batches: 4 entries, then 16, then 64. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, Integer.MAX_VALUE})
  void turn_atEveryPlace_givesEachKeyOnce(int blockEntries) {
    List<Item> items = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      String key = "k%03d".formatted(i);
      keys.add(key);
      for (int version = i % 3; version >= 0; version--) {
        items.add(new Item(key, version + 1, false));
      }
    }
    for (int at = 1; at < keys.size() - 1; at++) {
      // A new cursor for each place, because a cursor's batches depend on its last scan.
      try (LeasedCursor cursor = cursor(new BlockSource(items, blockEntries), 9, "k", "l")) {
        assertTrue(cursor.first());
        for (int i = 0; i < at; i++) {
          assertTrue(cursor.next());
        }
        assertTurns(cursor, keys, at);
      }
      try (LeasedCursor cursor = cursor(new BlockSource(items, blockEntries), 9, "k", "l")) {
        assertTrue(cursor.last());
        for (int i = keys.size() - 1; i > at; i--) {
          assertTrue(cursor.prev());
        }
        assertTurns(cursor, keys, at);
      }
    }
  }

  private static void assertTurns(LeasedCursor cursor, List<String> keys, int at) {
    assertEquals(keys.get(at), key(cursor));
    assertTrue(cursor.prev());
    assertEquals(keys.get(at - 1), key(cursor), "prev from " + at);
    assertTrue(cursor.next());
    assertEquals(keys.get(at), key(cursor), "next after prev from " + at);
    assertTrue(cursor.next());
    assertEquals(keys.get(at + 1), key(cursor), "next from " + at);
    assertTrue(cursor.prev());
    assertEquals(keys.get(at), key(cursor), "prev after next from " + at);
  }
}
