package dev.firn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which keys a range holds: its form, and what a cursor over it finds. */
class KeyRangeTest {

  /** Keys in hexadecimal digits, in order; the first one is empty. */
  private static final List<String> KEYS =
      List.of("", "00", "61", "6100", "610000", "6101", "61ff", "61ffff", "62", "ff", "ffff");

  @TempDir Path directory;

  @Test
  void cursor_findsWhatTheNameSays() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      KEYS.forEach(key -> tree.put(bytes(key), bytes("01")));
      for (int pass = 0; pass < 2; pass++) {
        checkRanges(tree);
        store.flush();
      }
    }
  }

  private static void checkRanges(Tree tree) {
    for (String a : KEYS) {
      check(tree, KeyRange.atLeast(bytes(a)), key -> key.compareTo(a) >= 0);
      check(tree, KeyRange.greaterThan(bytes(a)), key -> key.compareTo(a) > 0);
      check(tree, KeyRange.atMost(bytes(a)), key -> key.compareTo(a) <= 0);
      check(tree, KeyRange.lessThan(bytes(a)), key -> key.compareTo(a) < 0);
      check(tree, KeyRange.prefix(bytes(a)), key -> key.startsWith(a));
      for (String b : KEYS) {
        check(
            tree,
            KeyRange.closed(bytes(a), bytes(b)),
            key -> key.compareTo(a) >= 0 && key.compareTo(b) <= 0);
        check(
            tree,
            KeyRange.closedOpen(bytes(a), bytes(b)),
            key -> key.compareTo(a) >= 0 && key.compareTo(b) < 0);
        check(
            tree,
            KeyRange.openClosed(bytes(a), bytes(b)),
            key -> key.compareTo(a) > 0 && key.compareTo(b) <= 0);
        check(
            tree,
            KeyRange.open(bytes(a), bytes(b)),
            key -> key.compareTo(a) > 0 && key.compareTo(b) < 0);
      }
    }
    check(tree, KeyRange.all(), key -> true);
  }

  /** Hexadecimal digits sort as the bytes do. */
  private interface Rule {
    boolean holds(String key);
  }

  private static void check(Tree tree, KeyRange range, Rule rule) {
    List<String> expected = KEYS.stream().filter(rule::holds).toList();
    try (Cursor cursor = tree.cursor(range)) {
      assertEquals(expected, CursorTest.keys(cursor), range::toString);
      assertEquals(expected.reversed(), CursorTest.keysBackward(cursor), range::toString);
    }
  }

  @Test
  void bound_ofTheLongestKey() {
    byte[] longest = new byte[65_536];
    longest[65_535] = 1;
    byte[] before = new byte[65_536];
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      tree.put(before, bytes("01"));
      tree.put(longest, bytes("02"));
      for (int pass = 0; pass < 2; pass++) {
        assertEquals(2, count(tree, KeyRange.atMost(longest)));
        assertEquals(1, count(tree, KeyRange.atMost(before)));
        assertEquals(1, count(tree, KeyRange.greaterThan(before)));
        assertEquals(0, count(tree, KeyRange.greaterThan(longest)));
        assertEquals(1, count(tree, KeyRange.closed(longest, longest)));
        store.flush();
      }
    }
  }

  private static int count(Tree tree, KeyRange range) {
    try (Cursor cursor = tree.cursor(range)) {
      return CursorTest.keys(cursor).size();
    }
  }

  @Test
  void segments_asArrays() {
    MemorySegment a = MemorySegment.ofBuffer(ByteBuffer.wrap(bytes("006100")).slice(1, 1));
    MemorySegment b = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(1).put(0, (byte) 0x62));
    byte[] lower = bytes("61");
    byte[] upper = bytes("62");
    assertEquals(KeyRange.atLeast(lower), KeyRange.atLeast(a));
    assertEquals(KeyRange.greaterThan(lower), KeyRange.greaterThan(a));
    assertEquals(KeyRange.atMost(upper), KeyRange.atMost(b));
    assertEquals(KeyRange.lessThan(upper), KeyRange.lessThan(b));
    assertEquals(KeyRange.closed(lower, upper), KeyRange.closed(a, b));
    assertEquals(KeyRange.closedOpen(lower, upper), KeyRange.closedOpen(a, b));
    assertEquals(KeyRange.openClosed(lower, upper), KeyRange.openClosed(a, b));
    assertEquals(KeyRange.open(lower, upper), KeyRange.open(a, b));
    assertEquals(KeyRange.prefix(lower), KeyRange.prefix(a));
  }

  @Test
  void prefix_endsBeforeTheNextOne() {
    assertArrayEquals(bytes("62"), KeyRange.prefix(bytes("61")).upper());
    assertArrayEquals(bytes("62"), KeyRange.prefix(bytes("61ff")).upper());
    assertArrayEquals(bytes("62"), KeyRange.prefix(bytes("61ffff")).upper());
    assertNull(KeyRange.prefix(bytes("ffff")).upper());
    assertEquals(KeyRange.all(), KeyRange.prefix(bytes("")));
  }

  @Test
  void bounds_areCopies() {
    byte[] bound = bytes("61");
    KeyRange range = KeyRange.closedOpen(bound, bound);
    bound[0] = 0;
    range.lower()[0] = 0;
    assertEquals(KeyRange.closedOpen(bytes("61"), bytes("61")), range);
  }

  @Test
  void equals_ofTheSameKeys() {
    assertEquals(KeyRange.atLeast(bytes("6100")), KeyRange.greaterThan(bytes("61")));
    assertEquals(
        KeyRange.atLeast(bytes("6100")).hashCode(), KeyRange.greaterThan(bytes("61")).hashCode());
    assertEquals(KeyRange.all(), KeyRange.atLeast(bytes("")));
    assertNotEquals(KeyRange.atLeast(bytes("61")), KeyRange.lessThan(bytes("61")));
    assertNotEquals(KeyRange.atMost(bytes("61")), KeyRange.lessThan(bytes("61")));
  }

  @Test
  void toString_showsTheBounds() {
    assertEquals("KeyRange[key]", KeyRange.all().toString());
    assertEquals("KeyRange[61 <= key]", KeyRange.atLeast(bytes("61")).toString());
    assertEquals("KeyRange[key < 6200]", KeyRange.atMost(bytes("62")).toString());
    assertEquals("KeyRange[61 <= key < 62]", KeyRange.prefix(bytes("61")).toString());
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
