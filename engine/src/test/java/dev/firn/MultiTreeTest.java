package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API promises of multi trees, one behaviour a test. */
class MultiTreeTest {

  private final Store store;
  private final MultiTree tree;

  MultiTreeTest(@TempDir Path directory) {
    store = Store.open(directory);
    tree = store.multiTree("t");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static MemorySegment memory(String text) {
    return MemorySegment.ofArray(bytes(text));
  }

  /** Adds pairs, each written as key=value. */
  private void add(String... pairs) {
    for (String pair : pairs) {
      int split = pair.indexOf('=');
      tree.add(bytes(pair.substring(0, split)), bytes(pair.substring(split + 1)));
    }
  }

  private static String at(MultiCursor cursor, boolean found) {
    assertEquals(found, cursor.isValid());
    if (!found) {
      return "none";
    }
    byte[] key = new byte[cursor.keyLength()];
    byte[] value = new byte[cursor.valueLength()];
    assertEquals(key.length, cursor.copyKey(MemorySegment.ofArray(key)));
    assertEquals(value.length, cursor.copyValue(MemorySegment.ofArray(value)));
    assertTrue(Arrays.equals(key, cursor.keyBytes()));
    assertTrue(Arrays.equals(value, cursor.valueBytes()));
    assertTrue(cursor.key().isReadOnly() && cursor.value().isReadOnly());
    return new String(key, UTF_8) + "=" + new String(value, UTF_8);
  }

  private static String forward(MultiCursor cursor) {
    List<String> pairs = new ArrayList<>();
    try (cursor) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        pairs.add(at(cursor, true));
      }
    }
    return String.join(" ", pairs);
  }

  private static String backward(MultiCursor cursor) {
    List<String> pairs = new ArrayList<>();
    try (cursor) {
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        pairs.add(at(cursor, true));
      }
    }
    return String.join(" ", pairs);
  }

  @Test
  void values_areSortedAndDistinct() {
    add("b=2", "a=3", "b=1", "a=3", "ab=0", "a=", "=9");
    assertEquals("=9 a= a=3 ab=0 b=1 b=2", forward(tree.cursor()));
    assertEquals("b=2 b=1 ab=0 a=3 a= =9", backward(tree.cursor()));
    assertEquals("a= a=3", forward(tree.values(bytes("a"))));
    assertEquals("a=3 a=", backward(tree.values(bytes("a"))));
    assertEquals(2, tree.count(bytes("a")));
    assertEquals(1, tree.count(bytes("")));
    assertEquals(0, tree.count(bytes("c")));
    assertTrue(tree.contains(bytes("a"), bytes("")));
    assertFalse(tree.contains(bytes("a"), bytes("4")));
    assertTrue(tree.contains(memory("b"), memory("1")));
    assertTrue(tree.containsKey(bytes("ab")));
    assertFalse(tree.containsKey(bytes("aa")));
  }

  @Test
  void remove_ofOneAndOfAll() {
    add("a=1", "a=2", "b=1", "b=2", "ab=1");
    tree.remove(bytes("a"), bytes("1"));
    tree.remove(memory("b"), memory("3"));
    tree.removeAll(bytes("b"), Durability.SYNCED);
    assertEquals("a=2 ab=1", forward(tree.cursor()));
    add("b=3");
    tree.removeAll(bytes("a"));
    store.flush();
    store.compact();
    assertEquals("ab=1 b=3", forward(tree.cursor()));
  }

  @Test
  void batch_isAppliedInOrder() {
    Tree other = store.tree("other");
    add("a=0", "b=0");
    store.write(
        new WriteBatch()
            .add(tree, bytes("a"), bytes("1"))
            .removeAll(tree, bytes("a"))
            .add(tree, memory("a"), memory("2"))
            .put(other, bytes("a"), bytes("x"))
            .remove(tree, bytes("b"), bytes("0"))
            .add(tree, bytes("b"), bytes("5"))
            .remove(tree, memory("b"), memory("6")));
    assertEquals("a=2 b=5", forward(tree.cursor()));
    assertEquals("x", new String(other.get(bytes("a")), UTF_8));
  }

  @Test
  void snapshot_seesItsMoment() {
    add("a=1", "b=1");
    try (Snapshot snapshot = store.snapshot()) {
      tree.removeAll(bytes("a"));
      add("b=2");
      store.flush();
      MultiReader moment = tree.at(snapshot);
      assertEquals("a=1 b=1", forward(moment.cursor()));
      assertEquals("b=1", forward(moment.values(bytes("b"))));
      assertTrue(moment.contains(bytes("a"), bytes("1")));
      assertTrue(moment.contains(memory("a"), memory("1")));
      assertEquals(1, moment.count(bytes("b")));
      assertTrue(moment.containsKey(bytes("a")));
      assertEquals("b=1 b=2", forward(tree.cursor()));
    }
  }

  @Test
  void cursor_stepsByKey() {
    for (int i = 100; i < 140; i++) {
      add("a=" + i, "b=" + i, "b\0=" + i);
    }
    add("c=1");
    for (int flushed = 0; flushed < 2; flushed++) {
      try (MultiCursor cursor = tree.cursor()) {
        assertEquals("a=100", at(cursor, cursor.first()));
        assertEquals("b=100", at(cursor, cursor.nextKey()));
        assertEquals("b=101", at(cursor, cursor.next()));
        assertEquals("b\0=100", at(cursor, cursor.nextKey()));
        assertEquals("c=1", at(cursor, cursor.nextKey()));
        assertEquals("none", at(cursor, cursor.nextKey()));
        assertEquals("c=1", at(cursor, cursor.last()));
        assertEquals("b\0=139", at(cursor, cursor.prevKey()));
        assertEquals("b=139", at(cursor, cursor.prevKey()));
        assertEquals("a=139", at(cursor, cursor.prevKey()));
        assertEquals("none", at(cursor, cursor.prevKey()));
      }
      store.flush();
    }
  }

  @Test
  void cursor_seeks() {
    add("a=1", "a=3", "b=1", "b=3", "d=1");
    try (MultiCursor cursor = tree.cursor()) {
      assertEquals("b=1", at(cursor, cursor.seek(bytes("b"))));
      assertEquals("d=1", at(cursor, cursor.seek(memory("c"))));
      assertEquals("b=3", at(cursor, cursor.seek(bytes("b"), bytes("2"))));
      assertEquals("d=1", at(cursor, cursor.seek(memory("b"), memory("4"))));
      assertEquals("a=3", at(cursor, cursor.seekBefore(bytes("b"))));
      assertEquals("none", at(cursor, cursor.seekBefore(memory("a"))));
      assertEquals("b=1", at(cursor, cursor.seekBefore(bytes("b"), bytes("3"))));
      assertEquals("b=1", at(cursor, cursor.seekBefore(memory("b"), memory("2"))));
      assertEquals("b=3", at(cursor, cursor.seekAtOrBefore(bytes("b"))));
      assertEquals("b=3", at(cursor, cursor.seekAtOrBefore(memory("c"))));
      assertEquals("b=3", at(cursor, cursor.seekAtOrBefore(bytes("b"), bytes("3"))));
      assertEquals("b=1", at(cursor, cursor.seekAtOrBefore(memory("b"), memory("2"))));
    }
  }

  @Test
  void cursor_inBounds() {
    add("a=1", "a=3", "b=1", "b=3", "b=5", "b\0=1", "c=1");
    KeyRange keys = KeyRange.openClosed(bytes("a"), bytes("b"));
    assertEquals("b=1 b=3 b=5", forward(tree.cursor(keys)));
    assertEquals("b\0=1 c=1", forward(tree.cursor(KeyRange.greaterThan(bytes("b")))));
    assertEquals("b\0=1 b=5 b=3 b=1", backward(tree.cursor(KeyRange.prefix(bytes("b")))));
    KeyRange values = KeyRange.greaterThan(bytes("1"));
    assertEquals("b=3 b=5", forward(tree.values(bytes("b"), values)));
    assertEquals("b=3 b=1", backward(tree.values(bytes("b"), KeyRange.lessThan(bytes("5")))));
    assertEquals("", forward(tree.values(bytes("b"), KeyRange.lessThan(bytes("")))));
    try (MultiCursor cursor = tree.values(bytes("b"), values)) {
      assertEquals("b=3", at(cursor, cursor.seek(bytes("a"))));
      assertEquals("b=5", at(cursor, cursor.seekBefore(bytes("z"))));
      assertEquals("none", at(cursor, cursor.nextKey()));
      cursor.reset(keys);
      assertEquals("none", at(cursor, false));
      assertEquals("b=1", at(cursor, cursor.first()));
      cursor.resetToValues(bytes("a"), KeyRange.all());
      assertEquals("a=1", at(cursor, cursor.first()));
      assertThrows(
          IllegalArgumentException.class, () -> cursor.resetToValues(new byte[70_000], values));
      assertEquals("a=1", at(cursor, true));
    }
  }

  /** Bounds may be longer than any key. */
  @Test
  void cursor_inLongBounds() {
    byte[] longKey = new byte[65_536];
    add("a=1", "b=1");
    assertEquals("a=1 b=1", forward(tree.cursor(KeyRange.greaterThan(longKey))));
    assertEquals("", forward(tree.cursor(KeyRange.atMost(longKey))));
    byte[] longValue = new byte[65_536];
    assertEquals("b=1", forward(tree.values(bytes("b"), KeyRange.greaterThan(longValue))));
    Arrays.fill(longValue, (byte) 0xff);
    assertEquals("b=1", backward(tree.values(bytes("b"), KeyRange.atMost(longValue))));
  }

  @Test
  void pair_thatIsTooLong_isRefused() {
    byte[] key = new byte[32_000];
    byte[] fits = new byte[65_534 - 64_000];
    byte[] longer = new byte[fits.length + 1];
    tree.add(key, fits);
    assertTrue(tree.contains(key, fits));
    WriteBatch batch = new WriteBatch();
    List<Runnable> calls =
        List.of(
            () -> tree.add(key, longer),
            () -> tree.remove(key, longer),
            () -> tree.contains(key, longer),
            () -> batch.add(tree, key, longer),
            () -> tree.count(new byte[40_000]),
            () -> tree.removeAll(new byte[40_000]),
            () -> tree.add(MemorySegment.ofArray(key), MemorySegment.ofArray(longer)));
    for (Runnable call : calls) {
      IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
      assertTrue(String.valueOf(e.getMessage()).contains("65534 together"), e.toString());
    }
    assertTrue(batch.isEmpty());
    tree.removeAll(key);
    assertFalse(tree.containsKey(key));
  }

  @Test
  void cursor_onNoPair_isRefused() {
    try (MultiCursor cursor = tree.cursor()) {
      List<Runnable> calls =
          List.of(cursor::key, cursor::value, cursor::nextKey, cursor::prevKey, cursor::keyLength);
      for (Runnable call : calls) {
        assertThrows(IllegalStateException.class, call::run);
      }
    }
  }

  /** As forged files may have them. */
  @Test
  void entriesThatAreNoPairs_areDamage() {
    add("a=1");
    tree.tree().put(bytes("b"), bytes("1"));
    try (MultiCursor cursor = tree.cursor()) {
      assertEquals("a=1", at(cursor, cursor.first()));
      assertTrue(cursor.next());
      CorruptionException e = assertThrows(CorruptionException.class, cursor::key);
      assertTrue(e.getMessage().contains(store.directory().toString()), e.getMessage());
      assertThrows(CorruptionException.class, cursor::nextKey);
      assertEquals("a=1", at(cursor, cursor.prev()));
    }
  }

  @Test
  void droppedAndClosed_areRefused() {
    add("a=1");
    MultiCursor cursor = tree.cursor();
    assertTrue(cursor.first());
    assertTrue(store.dropTree("t"));
    assertThrows(IllegalStateException.class, () -> tree.contains(bytes("a"), bytes("1")));
    assertThrows(IllegalStateException.class, () -> add("a=1"));
    assertEquals("a=1", at(cursor, true));
    cursor.close();
    assertThrows(IllegalStateException.class, cursor::first);
    assertEquals("", forward(store.multiTree("t").cursor()));
  }

  /** The key of 400 bytes is stored once in a block, not with each value. */
  @Test
  void table_storesTheBytesOfAKeyOnceForManyValues() {
    byte[] key = new byte[400];
    Arrays.fill(key, (byte) 'k');
    int values = 20_000;
    for (int i = 0; i < values; i++) {
      tree.add(key, bytes("%08d".formatted(i)));
    }
    store.compact();
    long bytes = store.stats().tables().bytes();
    assertTrue(bytes < 12L * values, "bytes: " + bytes);
  }
}
