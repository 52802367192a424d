package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deleteRange} promises; the model test has it among its operations. */
class DeleteRangeTest {

  private static final int MANY = Integer.getInteger("firn.rangeEntries", 60_000);

  @TempDir Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static List<String> keys(KeyReader reader, boolean forward) {
    List<String> keys = new ArrayList<>();
    try (Cursor cursor = reader.cursor(KeyRange.all())) {
      boolean more = forward ? cursor.first() : cursor.last();
      while (more) {
        keys.add(new String(cursor.keyBytes(), UTF_8));
        more = forward ? cursor.next() : cursor.prev();
      }
    }
    return forward ? keys : keys.reversed();
  }

  private static Tree filled(Store store, String... keys) {
    Tree tree = store.tree("t");
    for (String key : keys) {
      tree.put(bytes(key), bytes("v" + key));
    }
    return tree;
  }

  private static void assertKeys(KeyReader reader, String... keys) {
    assertEquals(List.of(keys), keys(reader, true));
    assertEquals(List.of(keys), keys(reader, false));
    for (String key : keys) {
      assertTrue(reader.contains(bytes(key)));
    }
  }

  @Test
  void range_isGone_inMemoryAndInTables() {
    try (Store store = Store.open(directory)) {
      Tree tree = filled(store, "a", "b", "c", "d");
      tree.deleteRange(KeyRange.closedOpen(bytes("b"), bytes("d")));
      assertNull(tree.get(bytes("b")));
      assertFalse(tree.contains(bytes("c")));
      assertKeys(tree, "a", "d");
      store.flush();
      assertKeys(tree, "a", "d");
      tree.put(bytes("c"), bytes("new"));
      assertArrayEquals(bytes("new"), tree.get(bytes("c")));
      assertKeys(tree, "a", "c", "d");
      store.flush();
      store.compact();
      assertKeys(tree, "a", "c", "d");
      assertEquals(0, store.stats().tables().rangeTombstones());
    }
  }

  @Test
  void range_hidesTablesBelow_afterReopening() {
    try (Store store = Store.open(directory)) {
      filled(store, "a", "b", "c", "d");
      store.flush();
      store.tree("t").deleteRange(KeyRange.atLeast(bytes("b")), Durability.SYNCED);
    }
    try (Store store = Store.open(directory)) {
      assertKeys(store.tree("t"), "a");
      assertTrue(store.verify().isIntact());
    }
  }

  @Test
  void ranges_withoutBounds_endWithTheirTree() {
    try (Store store = Store.open(directory)) {
      Tree before = store.tree("before");
      Tree tree = filled(store, "a", "b");
      Tree after = store.tree("after");
      before.put(bytes("z"), bytes("1"));
      tree.put(new byte[0], bytes("2"));
      after.put(new byte[0], bytes("3"));
      tree.deleteRange(KeyRange.all());
      for (int i = 0; i < 3; i++) {
        assertKeys(before, "z");
        assertKeys(tree);
        assertKeys(after, "");
        store.flush();
      }
    }
  }

  @Test
  void batch_ordersRangesAmongWrites() {
    try (Store store = Store.open(directory)) {
      Tree tree = filled(store, "a", "b", "c");
      WriteBatch batch = new WriteBatch();
      batch.put(tree, bytes("b1"), bytes("before"));
      batch.deleteRange(tree, KeyRange.prefix(bytes("b")));
      batch.put(tree, bytes("b2"), bytes("after"));
      assertEquals(3, batch.count());
      store.write(batch);
      assertKeys(tree, "a", "b2", "c");
    }
  }

  @Test
  void range_withoutKeys_isNoWrite() {
    try (Store store = Store.open(directory)) {
      Tree tree = filled(store, "a");
      long sequence = store.stats().lastSequence();
      tree.deleteRange(KeyRange.closedOpen(bytes("b"), bytes("a")));
      tree.deleteRange(KeyRange.closedOpen(bytes("a"), bytes("a")));
      assertEquals(0, new WriteBatch().deleteRange(tree, KeyRange.lessThan(new byte[0])).count());
      assertEquals(sequence, store.stats().lastSequence());
      assertKeys(tree, "a");
    }
  }

  @Test
  void snapshot_keepsWhatItSees_untilItIsClosed() {
    try (Store store = Store.open(directory)) {
      Tree tree = filled(store, "a", "b", "c");
      try (Snapshot snapshot = store.snapshot()) {
        tree.deleteRange(KeyRange.all());
        for (int i = 0; i < 3; i++) {
          assertKeys(tree.at(snapshot), "a", "b", "c");
          assertKeys(tree);
          if (i == 0) {
            store.flush();
          } else {
            store.compact();
          }
        }
      }
      store.compact();
      assertKeys(tree);
      assertEquals(0, store.stats().tables().entries());
      assertEquals(0, store.stats().tables().rangeTombstones());
    }
  }

  @Test
  void longestKeys_areBoundsToo() {
    byte[] longest = new byte[65_536];
    Arrays.fill(longest, (byte) 0xff);
    byte[] before = longest.clone();
    before[before.length - 1] = 1;
    try (Store store = Store.open(directory)) {
      Tree tree = filled(store, "a");
      for (boolean flush : new boolean[] {false, true}) {
        tree.put(longest, bytes("1"));
        tree.put(before, bytes("2"));
        tree.deleteRange(KeyRange.closed(before, before));
        assertNull(tree.get(before));
        assertTrue(tree.contains(longest));
        tree.deleteRange(KeyRange.greaterThan(longest));
        assertTrue(tree.contains(longest));
        tree.deleteRange(KeyRange.greaterThan(before));
        assertFalse(tree.contains(longest));
        tree.put(longest, bytes("3"));
        if (flush) {
          store.flush();
        }
        assertTrue(tree.contains(longest));
        tree.deleteRange(KeyRange.closed(before, longest));
        assertFalse(tree.contains(longest));
      }
      store.compact();
      assertKeys(tree, "a");
    }
  }

  /** A walk over the deleted entries would take some hundred times as long. */
  @Test
  void scan_besideADeletedRange_doesNotWalkIt() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      WriteBatch batch = new WriteBatch();
      for (int i = 0; i < MANY; i++) {
        batch.put(tree, key(i), new byte[16]);
        if (i % 1000 == 999) {
          store.write(batch);
          batch.clear();
        }
      }
      store.compact();
      try (Snapshot snapshot = store.snapshot()) {
        tree.deleteRange(KeyRange.closedOpen(key(1), key(MANY - 1)));
        for (boolean flush : new boolean[] {false, true}) {
          if (flush) {
            store.flush();
          }
          long deleted = Long.MAX_VALUE;
          for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            assertEquals(2, count(tree, i % 2 == 0));
            deleted = Math.min(deleted, System.nanoTime() - start);
          }
          long start = System.nanoTime();
          assertEquals(MANY, count(tree.at(snapshot), true));
          long all = System.nanoTime() - start;
          assertTrue(deleted * 10 < all, "deleted=" + deleted + " ns, all=" + all + " ns");
        }
      }
    }
  }

  private static int count(KeyReader reader, boolean forward) {
    int count = 0;
    try (Cursor cursor = reader.cursor(KeyRange.all())) {
      boolean more = forward ? cursor.first() : cursor.last();
      while (more) {
        count++;
        more = forward ? cursor.next() : cursor.prev();
      }
    }
    return count;
  }

  @Test
  void manyRanges_areFoundByOneSearch() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      for (int i = 0; i < 8_000; i += 2) {
        tree.put(key(i), bytes("v"));
        tree.put(key(i + 1), bytes("v"));
        tree.deleteRange(KeyRange.closed(key(i), key(i)));
      }
      assertEquals(4_000, store.stats().tables().rangeTombstones());
      for (boolean flush : new boolean[] {false, true}) {
        if (flush) {
          store.flush();
        }
        for (int i = 0; i < 8_000; i++) {
          assertEquals(i % 2 == 1, tree.contains(key(i)));
        }
        assertEquals(4_000, count(tree, true));
        assertEquals(4_000, count(tree, false));
      }
    }
  }
}
