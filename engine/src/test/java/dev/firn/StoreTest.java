package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.StoreLockedException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API promises, on the real file system, one behaviour a test. */
class StoreTest {

  @TempDir Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void get_afterPut() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      tree.put(bytes("k"), bytes("v"));
      assertArrayEquals(bytes("v"), tree.get(bytes("k")));
      assertNull(tree.get(bytes("absent")));
    }
  }

  @Test
  void get_afterReopen() {
    try (Store store = Store.open(directory)) {
      store.tree("t").put(bytes("k"), bytes("v"));
    }
    try (Store store = Store.open(directory)) {
      assertArrayEquals(bytes("v"), store.tree("t").get(bytes("k")));
      assertEquals(0, store.recovery().records(), "closing flushed");
    }
  }

  @Test
  void get_ofOverwrittenAndDeletedKeys_acrossFlushes() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      tree.put(bytes("a"), bytes("1"));
      tree.put(bytes("b"), bytes("1"));
      store.flush();
      tree.put(bytes("a"), bytes("2"));
      tree.delete(bytes("b"));
      assertArrayEquals(bytes("2"), tree.get(bytes("a")));
      assertNull(tree.get(bytes("b")));
      store.flush();
      assertArrayEquals(bytes("2"), tree.get(bytes("a")));
      assertNull(tree.get(bytes("b")));
      store.compact();
      assertArrayEquals(bytes("2"), tree.get(bytes("a")));
      assertNull(tree.get(bytes("b")));
    }
  }

  @Test
  void get_intoBuffer_returnsWholeLength() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      tree.put(bytes("k"), bytes("value"));
      byte[] small = new byte[3];
      assertEquals(5, tree.get(bytes("k"), small));
      assertArrayEquals(bytes("val"), small);
      assertEquals(Tree.ABSENT, tree.get(bytes("absent"), small));
    }
  }

  @Test
  void trees_areApart() {
    try (Store store = Store.open(directory)) {
      Tree one = store.tree("one");
      Tree two = store.tree("two");
      one.put(bytes("k"), bytes("1"));
      two.put(bytes("k"), bytes("2"));
      assertArrayEquals(bytes("1"), one.get(bytes("k")));
      assertArrayEquals(bytes("2"), two.get(bytes("k")));
      assertEquals(List.of("one", "two"), store.treeNames());
    }
  }

  @Test
  void dropTree_forgetsItsKeys_alsoUnderTheSameName() {
    try (Store store = Store.open(directory)) {
      Tree old = store.tree("t");
      old.put(bytes("k"), bytes("v"));
      assertTrue(store.dropTree("t"));
      assertFalse(store.dropTree("t"));
      assertThrows(IllegalStateException.class, () -> old.get(bytes("k")));
      assertNull(store.tree("t").get(bytes("k")));
    }
    try (Store store = Store.open(directory)) {
      assertNull(store.tree("t").get(bytes("k")));
    }
  }

  @Test
  void write_appliesBatchInOrder() {
    try (Store store = Store.open(directory)) {
      Tree one = store.tree("one");
      Tree two = store.tree("two");
      WriteBatch batch =
          new WriteBatch()
              .put(one, bytes("k"), bytes("1"))
              .put(one, bytes("k"), bytes("2"))
              .put(two, bytes("k"), bytes("3"))
              .delete(two, bytes("k"));
      store.write(batch, Durability.SYNCED);
      assertArrayEquals(bytes("2"), one.get(bytes("k")));
      assertNull(two.get(bytes("k")));
      batch.clear();
      assertTrue(batch.isEmpty());
      store.write(batch);
    }
  }

  @Test
  void snapshot_seesItsMoment() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      tree.put(bytes("k"), bytes("1"));
      try (Snapshot snapshot = store.snapshot()) {
        tree.put(bytes("k"), bytes("2"));
        store.flush();
        store.compact();
        assertArrayEquals(bytes("1"), tree.at(snapshot).get(bytes("k")));
        assertArrayEquals(bytes("2"), tree.get(bytes("k")));
      }
    }
  }

  @Test
  void cursor_walksBothWays() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      for (String key : List.of("b", "a", "d", "c")) {
        tree.put(bytes(key), bytes("v" + key));
      }
      store.flush();
      tree.delete(bytes("c"));
      tree.put(bytes("e"), bytes("ve"));
      try (Cursor cursor = tree.cursor()) {
        tree.put(bytes("f"), bytes("later"));
        assertEquals("abde", forward(cursor));
        assertEquals("edba", backward(cursor));
        assertTrue(cursor.seek(bytes("c")));
        assertEquals("d", new String(cursor.keyBytes(), UTF_8));
        assertTrue(cursor.prev());
        assertEquals("b", new String(cursor.keyBytes(), UTF_8));
        assertTrue(cursor.next());
        assertEquals("d", new String(cursor.keyBytes(), UTF_8));
        assertTrue(cursor.seekBefore(bytes("d")));
        assertEquals("b", new String(cursor.keyBytes(), UTF_8));
        assertFalse(cursor.seekBefore(bytes("a")));
        assertFalse(cursor.isValid());
      }
    }
  }

  @Test
  void cursor_keepsToItsRange() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      for (String key : List.of("a", "ba", "bb", "c")) {
        tree.put(bytes(key), bytes("v"));
      }
      try (Cursor cursor = tree.cursor(KeyRange.prefix(bytes("b")))) {
        assertTrue(cursor.first());
        assertEquals("ba", new String(cursor.keyBytes(), UTF_8));
        assertTrue(cursor.last());
        assertEquals("bb", new String(cursor.keyBytes(), UTF_8));
        assertFalse(cursor.seek(bytes("c")));
        assertTrue(cursor.seek(bytes("a")));
        assertEquals("ba", new String(cursor.keyBytes(), UTF_8));
        assertFalse(cursor.seekBefore(bytes("a")));
        assertTrue(cursor.seekBefore(bytes("z")));
        assertEquals("bb", new String(cursor.keyBytes(), UTF_8));
      }
    }
  }

  @Test
  void close_closesWhatItHandedOut() {
    Store store = Store.open(directory);
    Tree tree = store.tree("t");
    tree.put(bytes("k"), bytes("v"));
    Cursor cursor = tree.cursor();
    assertTrue(cursor.first());
    store.close();
    store.close();
    assertThrows(IllegalStateException.class, cursor::next);
    assertThrows(IllegalStateException.class, cursor::key);
    assertFalse(cursor.isValid());
    assertThrows(IllegalStateException.class, () -> tree.get(bytes("k")));
    assertThrows(IllegalStateException.class, () -> tree.put(bytes("k"), bytes("v")));
    assertThrows(IllegalStateException.class, store::snapshot);
    cursor.close();
  }

  @Test
  void stats_countWhatWasDone() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      tree.put(bytes("k"), bytes("value"), Durability.SYNCED);
      tree.put(bytes("k"), bytes("value2"));
      assertEquals(2, store.stats().memory().memTableEntries());
      store.flush();
      StoreStats stats = store.stats();
      assertEquals(1, stats.trees());
      assertEquals(2, stats.lastSequence());
      assertEquals(0, stats.openSnapshots());
      assertEquals(0, stats.memory().memTableEntries());
      assertEquals(1, stats.tables().count());
      assertEquals(1, stats.tables().entries(), "the shadowed entry is gone");
      assertTrue(stats.tables().bytes() > 0);
      assertEquals(stats.tables().bytes() + stats.journal().fileBytes(), stats.diskBytes());
      assertTrue(stats.journal().bytesWritten() > 13);
      assertTrue(stats.journal().syncs() > 0);
      assertEquals(13, stats.writes().userBytes());
      assertEquals(1, stats.flushes().count());
      assertEquals(stats.flushes().bytesWritten() / 13.0, stats.writeAmplification());
      assertEquals(new StoreStats.Compactions(0, 0, 0, 0), stats.compactions());
      assertEquals(0, stats.stalls().count());
    }
  }

  @Test
  void toString_saysWhatItIs_butShowsNoKey() {
    Store store = Store.open(directory);
    Tree tree = store.tree("t");
    WriteBatch batch = new WriteBatch().put(tree, bytes("secret"), bytes("v"));
    assertEquals("Store[" + directory + "]", store.toString());
    assertEquals("Tree[t]", tree.toString());
    assertEquals(
        "WriteBatch[count=1, sizeBytes=" + batch.sizeBytes() + ", trees=[Tree[t]]]",
        batch.toString());
    try (Snapshot snapshot = store.snapshot()) {
      assertEquals("Snapshot[sequence=0]", snapshot.toString());
    }
    store.close();
    assertEquals("Store[" + directory + ", closed]", store.toString());
  }

  @Test
  void open_twice_isRefused() {
    try (Store store = Store.open(directory)) {
      StoreLockedException e =
          assertThrows(StoreLockedException.class, () -> Store.open(directory));
      assertTrue(e.getMessage().contains("this process"), e.getMessage());
      assertTrue(store.isOpen());
    }
  }

  @Test
  void rotation_withTinySegments_losesNothing() {
    StoreOptions tiny =
        StoreOptions.builder()
            .journalSegmentBytes(16 * 1024)
            .tableBytes(4096)
            .levelBaseBytes(16 * 1024)
            .blockBytes(256)
            .build();
    try (Store store = Store.open(directory, tiny)) {
      Tree tree = store.tree("t");
      for (int i = 0; i < 5000; i++) {
        tree.put(bytes("key" + i % 1000), bytes("value" + i));
      }
      byte[] large = new byte[100_000];
      large[99_999] = 7;
      tree.put(bytes("large"), large);
      for (int i = 0; i < 1000; i++) {
        assertArrayEquals(bytes("value" + (4000 + i)), tree.get(bytes("key" + i)));
      }
      assertArrayEquals(large, tree.get(bytes("large")));
      assertTrue(store.verify().isIntact());
    }
    try (Store store = Store.open(directory, tiny)) {
      Tree tree = store.tree("t");
      for (int i = 0; i < 1000; i++) {
        assertArrayEquals(bytes("value" + (4000 + i)), tree.get(bytes("key" + i)));
      }
    }
  }

  private static String forward(Cursor cursor) {
    StringBuilder keys = new StringBuilder();
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      keys.append(new String(cursor.keyBytes(), UTF_8));
    }
    return keys.toString();
  }

  private static String backward(Cursor cursor) {
    StringBuilder keys = new StringBuilder();
    for (boolean more = cursor.last(); more; more = cursor.prev()) {
      keys.append(new String(cursor.keyBytes(), UTF_8));
    }
    return keys.toString();
  }
}
