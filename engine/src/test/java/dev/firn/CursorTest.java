package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches, the loop in one call, and moving a cursor to another range or moment. */
class CursorTest {

  @TempDir Path directory;

  private Store store;
  private Tree tree;

  @BeforeEach
  void setUp() {
    store = Store.open(directory);
    tree = store.tree("t");
    put(tree, "b", "d", "dd", "f");
  }

  @AfterEach
  void tearDown() {
    store.close();
  }

  private static void put(Tree tree, String... keys) {
    for (String key : keys) {
      tree.put(bytes(key), bytes("value of " + key));
    }
  }

  @Test
  void seekAtOrBefore_findsTheKeyOrTheOneBefore() {
    tree.put(bytes("e"), bytes("deleted"));
    tree.delete(bytes("e"));
    for (int pass = 0; pass < 2; pass++) {
      try (Cursor cursor = tree.cursor()) {
        assertFinds("b", cursor, "b");
        assertFinds("b", cursor, "c");
        assertFinds("d", cursor, "d");
        assertFinds("d", cursor, "d\0");
        assertFinds("dd", cursor, "dd");
        assertFinds("dd", cursor, "e");
        assertFinds("f", cursor, "f");
        assertFinds("f", cursor, "z");
        assertFinds("", cursor, "a");
        assertFinds("", cursor, "");
      }
      store.flush();
    }
  }

  @Test
  void seekAtOrBefore_keepsToTheRange() {
    try (Cursor cursor = tree.cursor(KeyRange.closedOpen(bytes("d"), bytes("f")))) {
      assertFinds("dd", cursor, "f");
      assertFinds("dd", cursor, "z");
      assertFinds("d", cursor, "d");
      assertFinds("", cursor, "c");
    }
  }

  @Test
  void seekAtOrBefore_ofTheEmptyKey() {
    put(tree, "");
    try (Cursor cursor = tree.cursor()) {
      assertTrue(cursor.seekAtOrBefore(bytes("")));
      assertEquals(0, cursor.keyLength());
      assertFalse(cursor.seekBefore(bytes("")));
      assertTrue(cursor.seekAtOrBefore(bytes("a")));
      assertEquals(0, cursor.keyLength());
    }
  }

  @Test
  void seekAtOrBefore_goesOnBothWays() {
    try (Cursor cursor = tree.cursor()) {
      assertTrue(cursor.seekAtOrBefore(bytes("e")));
      assertTrue(cursor.next());
      assertEquals("f", key(cursor));
      assertTrue(cursor.seekAtOrBefore(bytes("dd")));
      assertTrue(cursor.prev());
      assertEquals("d", key(cursor));
    }
  }

  /** As an array, as native memory, and as a buffer. */
  private static void assertFinds(String expected, Cursor cursor, String key) {
    assertEquals(!expected.isEmpty(), cursor.seekAtOrBefore(bytes(key)), key);
    assertEquals(expected, cursor.isValid() ? key(cursor) : "");
    ByteBuffer buffer = ByteBuffer.allocateDirect(100).put(bytes(key)).flip();
    assertEquals(!expected.isEmpty(), cursor.seekAtOrBefore(MemorySegment.ofBuffer(buffer)), key);
    assertEquals(expected, cursor.isValid() ? key(cursor) : "");
  }

  @Test
  void forEach_passesEveryEntryInOrder() {
    for (int pass = 0; pass < 2; pass++) {
      List<String> found = new ArrayList<>();
      try (Cursor cursor = tree.cursor(KeyRange.atLeast(bytes("d")))) {
        assertTrue(cursor.last());
        cursor.forEach(
            (key, memory, offset, length) -> {
              assertTrue(key.isReadOnly() && memory.isReadOnly());
              String value = text(memory.asSlice(offset, length));
              found.add(text(key) + "=" + value);
              assertArrayEquals(bytes(value), cursor.valueBytes());
            });
        assertFalse(cursor.isValid());
      }
      assertEquals(List.of("d=value of d", "dd=value of dd", "f=value of f"), found);
      store.flush();
    }
  }

  @Test
  void forEach_ofNothing() {
    try (Cursor cursor = tree.cursor(KeyRange.greaterThan(bytes("f")))) {
      cursor.forEach((key, memory, offset, length) -> assertEquals("nothing", text(key)));
      assertFalse(cursor.isValid());
    }
  }

  @Test
  void forEach_ofAConsumerThatThrows_staysOnTheEntry() {
    UnsupportedOperationException problem = new UnsupportedOperationException("d");
    try (Cursor cursor = tree.cursor()) {
      Exception thrown =
          assertThrows(
              UnsupportedOperationException.class,
              () ->
                  cursor.forEach(
                      (key, memory, offset, length) -> {
                        if (text(key).equals("d")) {
                          throw problem;
                        }
                      }));
      assertSame(problem, thrown);
      assertEquals("d", key(cursor));
      assertTrue(cursor.next());
      assertEquals("dd", key(cursor));
    }
  }

  @Test
  void reset_toAnotherRange_seesThePresent() {
    try (Cursor cursor = tree.cursor(KeyRange.lessThan(bytes("c")))) {
      assertTrue(cursor.first());
      put(tree, "a", "e");
      assertEquals(List.of("62"), keys(cursor));
      cursor.reset(KeyRange.atLeast(bytes("dd")));
      assertFalse(cursor.isValid());
      assertThrows(IllegalStateException.class, cursor::next);
      assertThrows(IllegalStateException.class, cursor::key);
      assertEquals(List.of("6464", "65", "66"), keys(cursor));
      assertEquals(List.of("66", "65", "6464"), keysBackward(cursor));
      store.flush();
      cursor.reset(KeyRange.all());
      assertTrue(cursor.first());
      assertEquals("a", key(cursor));
      assertEquals("value of a", text(cursor.value()));
    }
  }

  @Test
  void reset_toAnotherReader() {
    Tree other = store.tree("other");
    put(other, "x");
    try (Snapshot snapshot = store.snapshot();
        Cursor cursor = tree.cursor()) {
      put(tree, "g");
      cursor.reset(tree.at(snapshot), KeyRange.atLeast(bytes("e")));
      assertEquals(List.of("66"), keys(cursor));
      put(tree, "h");
      cursor.reset(KeyRange.atLeast(bytes("dd")));
      assertEquals(List.of("6464", "66"), keys(cursor), "still the moment of the snapshot");
      cursor.reset(tree, KeyRange.atLeast(bytes("f")));
      assertEquals(List.of("66", "67", "68"), keys(cursor));
      cursor.reset(other, KeyRange.all());
      assertEquals(List.of("78"), keys(cursor));
      assertTrue(cursor.seek(bytes("a")));
      assertEquals("x", key(cursor));
    }
  }

  @Test
  void reset_thatFails_changesNothing() {
    try (Cursor cursor = tree.cursor()) {
      assertTrue(cursor.first());
      Snapshot snapshot = store.snapshot();
      KeyReader closed = tree.at(snapshot);
      snapshot.close();
      assertThrows(IllegalStateException.class, () -> cursor.reset(closed, KeyRange.all()));
      Tree dropped = store.tree("dropped");
      store.dropTree("dropped");
      assertThrows(IllegalStateException.class, () -> cursor.reset(dropped, KeyRange.all()));
      assertEquals("b", key(cursor));
      assertTrue(cursor.next());
      assertEquals("d", key(cursor));
    }
  }

  @Test
  void reset_ofAClosedCursor_isRefused() {
    Cursor cursor = tree.cursor();
    cursor.close();
    assertThrows(IllegalStateException.class, () -> cursor.reset(KeyRange.all()));
    assertThrows(IllegalStateException.class, cursor::first);
  }

  @Test
  void toString_showsReaderAndState_butNoKey() {
    Snapshot snapshot = store.snapshot();
    Cursor cursor = tree.at(snapshot).cursor(KeyRange.prefix(bytes("secret")));
    assertEquals("Cursor[Tree[t] at Snapshot[sequence=4], on no entry]", cursor.toString());
    cursor.reset(tree, KeyRange.all());
    cursor.first();
    assertEquals("Cursor[Tree[t], on an entry]", cursor.toString());
    cursor.close();
    assertEquals("Cursor[Tree[t], closed]", cursor.toString());
    snapshot.close();
    assertEquals("Snapshot[sequence=4, closed]", snapshot.toString());
  }

  /** The keys from the first to the last, in hexadecimal digits. */
  static List<String> keys(Cursor cursor) {
    List<String> keys = new ArrayList<>();
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      keys.add(HexFormat.of().formatHex(cursor.keyBytes()));
    }
    return keys;
  }

  /** The keys from the last to the first, in hexadecimal digits. */
  static List<String> keysBackward(Cursor cursor) {
    List<String> keys = new ArrayList<>();
    for (boolean more = cursor.last(); more; more = cursor.prev()) {
      keys.add(HexFormat.of().formatHex(cursor.keyBytes()));
    }
    return keys;
  }

  private static String key(Cursor cursor) {
    return new String(cursor.keyBytes(), UTF_8);
  }

  private static String text(MemorySegment bytes) {
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
