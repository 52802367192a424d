package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree and a moment of it give the same answers through the same methods. */
class KeyReaderTest {

  private static final byte[] KEY = {'k'};
  private static final byte[] OTHER = {'o'};

  @TempDir Path directory;

  private Store store;
  private Tree tree;

  @BeforeEach
  void setUp() {
    store = Store.open(directory.resolve("store"));
    tree = store.tree("t");
    tree.put(KEY, "old".getBytes(UTF_8));
  }

  @AfterEach
  void tearDown() {
    store.close();
  }

  @Test
  void at_readsTheMoment_whateverIsWrittenLater() {
    try (Snapshot snapshot = store.snapshot()) {
      KeyReader moment = tree.at(snapshot);
      tree.put(KEY, "newer".getBytes(UTF_8));
      tree.put(OTHER, "other".getBytes(UTF_8));
      for (int pass = 0; pass < 2; pass++) {
        assertReads(moment, KEY, "old");
        assertReads(moment, OTHER, null);
        assertReads(tree, KEY, "newer");
        assertReads(tree, OTHER, "other");
        store.compact();
      }
      try (Cursor all = moment.cursor();
          Cursor range = moment.cursor(KeyRange.atLeast(OTHER))) {
        assertTrue(all.first());
        assertArrayEquals("old".getBytes(UTF_8), all.valueBytes());
        assertFalse(all.next());
        assertFalse(range.first());
      }
    }
  }

  /** By every method: arrays, native memory, and buffers. */
  private static void assertReads(KeyReader reader, byte[] key, String value) {
    byte[] expected = value == null ? null : value.getBytes(UTF_8);
    long length = expected == null ? KeyReader.ABSENT : expected.length;
    ByteBuffer buffer = ByteBuffer.allocateDirect(9).put(4, key).position(4).limit(5);
    MemorySegment segment = MemorySegment.ofBuffer(buffer);
    assertArrayEquals(expected, reader.get(key));
    assertArrayEquals(expected, reader.get(segment));
    assertEquals(value != null, reader.contains(key));
    assertEquals(value != null, reader.contains(segment));
    byte[] array = new byte[9];
    assertEquals(length, reader.get(key, array));
    ByteBuffer target = ByteBuffer.allocateDirect(9);
    assertEquals(length, reader.get(segment, MemorySegment.ofBuffer(target)));
    byte[] padded = new byte[9];
    if (expected != null) {
      System.arraycopy(expected, 0, padded, 0, expected.length);
    }
    assertArrayEquals(padded, array);
    assertArrayEquals(padded, MemorySegment.ofBuffer(target).toArray(ValueLayout.JAVA_BYTE));
    assertEquals(4, buffer.position());
  }

  @Test
  void get_intoASmallBuffer_returnsTheWholeLength() {
    byte[] small = new byte[2];
    try (Snapshot snapshot = store.snapshot()) {
      assertEquals(3, tree.at(snapshot).get(KEY, small));
      assertArrayEquals(new byte[] {'o', 'l'}, small);
    }
  }

  @Test
  void get_intoReadOnlyMemory_isRefused() {
    MemorySegment target = MemorySegment.ofArray(new byte[9]).asReadOnly();
    MemorySegment key = MemorySegment.ofArray(KEY);
    assertThrows(IllegalArgumentException.class, () -> tree.get(key, target));
  }

  @Test
  void at_ofAClosedSnapshot_isRefused() {
    Snapshot snapshot = store.snapshot();
    KeyReader moment = tree.at(snapshot);
    Cursor cursor = moment.cursor();
    snapshot.close();
    assertThrows(IllegalStateException.class, () -> tree.at(snapshot));
    assertThrows(IllegalStateException.class, () -> moment.get(KEY));
    assertThrows(IllegalStateException.class, () -> moment.contains(KEY));
    assertThrows(IllegalStateException.class, moment::cursor);
    assertTrue(cursor.first(), "a cursor goes on");
    cursor.close();
  }

  @Test
  void close_ofOneOfTwoEqualSnapshots_keepsTheOther() {
    try (Snapshot one = store.snapshot();
        Snapshot other = store.snapshot()) {
      assertEquals(one.sequence(), other.sequence());
      KeyReader moment = tree.at(other);
      tree.delete(KEY);
      one.close();
      one.close();
      store.compact();
      assertReads(moment, KEY, "old");
      assertThrows(IllegalStateException.class, () -> tree.at(one));
      assertEquals(1, store.stats().openSnapshots());
    }
    assertEquals(0, store.stats().openSnapshots());
  }

  @Test
  void at_ofAnotherStore_isRefused() {
    try (Store other = Store.open(directory.resolve("other"));
        Snapshot snapshot = other.snapshot()) {
      assertThrows(IllegalArgumentException.class, () -> tree.at(snapshot));
    }
  }

  @Test
  void at_ofADroppedTree_isRefused() {
    try (Snapshot snapshot = store.snapshot()) {
      KeyReader moment = tree.at(snapshot);
      store.dropTree("t");
      assertThrows(IllegalStateException.class, () -> moment.get(KEY));
      assertThrows(IllegalStateException.class, moment::cursor);
    }
  }

  @Test
  void equals_ofTheSameTreeAndSnapshot() {
    try (Snapshot snapshot = store.snapshot()) {
      assertEquals(tree.at(snapshot), tree.at(snapshot));
      assertEquals("Tree[t] at " + snapshot, tree.at(snapshot).toString());
      assertNull(tree.at(snapshot).get(OTHER));
    }
  }
}
