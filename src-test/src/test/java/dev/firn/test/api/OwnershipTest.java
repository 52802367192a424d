package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who owns the memory that goes into and out of the store. */
final class OwnershipTest {

  private final MemoryDisk disk = new MemoryDisk();
  private final Store store = disk.open(TinyOptions.smallest());
  private final Tree tree = store.tree("t");

  @AfterEach
  void nothingIsOpen() {
    store.close();
    disk.assertNothingOpen();
  }

  @Test
  void arrays_mayBeReusedRightAfterTheCall() {
    byte[] key = new byte[8];
    byte[] value = new byte[100];
    for (int i = 0; i < 100; i++) {
      Arrays.fill(key, (byte) i);
      Arrays.fill(value, (byte) i);
      tree.put(key, value);
    }
    assertHundred();
  }

  @Test
  void segments_mayBeFreedRightAfterTheCall() {
    for (int i = 0; i < 100; i++) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment key = arena.allocate(8).fill((byte) i);
        MemorySegment value = arena.allocate(100).fill((byte) i);
        tree.put(key, value);
      }
    }
    assertHundred();
  }

  @Test
  void batch_takesCopiesAndMayBeUsedAgain() {
    WriteBatch batch = new WriteBatch();
    byte[] key = new byte[8];
    byte[] value = new byte[100];
    for (int i = 0; i < 100; i++) {
      Arrays.fill(key, (byte) i);
      Arrays.fill(value, (byte) i);
      batch.put(tree, key, value);
      if (i % 10 == 9) {
        assertEquals(10, batch.count());
        store.write(batch);
        batch.clear();
        assertTrue(batch.isEmpty());
        assertEquals(0, batch.count());
      }
    }
    assertHundred();
  }

  private void assertHundred() {
    for (int i = 0; i < 100; i++) {
      byte[] key = new byte[8];
      byte[] value = new byte[100];
      Arrays.fill(key, (byte) i);
      Arrays.fill(value, (byte) i);
      assertArrayEquals(value, tree.get(key));
    }
  }

  @Test
  void batch_writtenTwice_isTwoCommits() {
    WriteBatch batch = new WriteBatch();
    batch.put(tree, new byte[] {1}, new byte[] {1});
    batch.delete(tree, new byte[] {2});
    store.write(batch);
    tree.delete(new byte[] {1});
    tree.put(new byte[] {2}, new byte[] {2});
    store.write(batch);
    assertArrayEquals(new byte[] {1}, tree.get(new byte[] {1}));
    assertNull(tree.get(new byte[] {2}));
    assertEquals(6, store.stats().lastSequence());
  }

  @Test
  void batch_empty_doesNothing() {
    store.write(new WriteBatch());
    assertEquals(0, store.stats().lastSequence());
  }

  @Test
  void batch_sameKeyTwice_lastOneCounts() {
    WriteBatch batch = new WriteBatch();
    batch.put(tree, new byte[] {1}, new byte[] {1});
    batch.put(tree, new byte[] {1}, new byte[] {2});
    batch.put(tree, new byte[] {2}, new byte[] {3});
    batch.delete(tree, new byte[] {2});
    store.write(batch);
    assertArrayEquals(new byte[] {2}, tree.get(new byte[] {1}));
    assertNull(tree.get(new byte[] {2}));
  }

  @Test
  void get_returnsACopy() {
    tree.put(new byte[] {1}, new byte[] {1});
    Arrays.fill(tree.get(new byte[] {1}), (byte) 9);
    assertArrayEquals(new byte[] {1}, tree.get(new byte[] {1}));
  }

  @Test
  void keyRange_takesCopies() {
    tree.put(new byte[] {1}, new byte[] {1});
    byte[] prefix = {1};
    KeyRange range = KeyRange.prefix(prefix);
    prefix[0] = 2;
    try (Cursor cursor = tree.cursor(range)) {
      assertTrue(cursor.first());
    }
  }

  @Test
  void cursorViews_areReadOnly() {
    tree.put(new byte[] {1}, new byte[] {1});
    for (int i = 0; i < 2; i++) {
      try (Cursor cursor = tree.cursor()) {
        assertTrue(cursor.first());
        for (MemorySegment view : List.of(cursor.key(), cursor.value())) {
          assertTrue(view.isReadOnly());
          assertThrows(RuntimeException.class, () -> view.set(ValueLayout.JAVA_BYTE, 0, (byte) 5));
        }
      }
      store.flush();
    }
  }

  @Test
  void cursorView_afterTheStoreWasClosed_isNoGarbage() {
    tree.put(new byte[] {1}, new byte[] {42});
    for (int i = 0; i < 2; i++) {
      Store again = i == 0 ? store : disk.open(TinyOptions.smallest());
      Cursor cursor = again.tree("t").cursor();
      assertTrue(cursor.first());
      MemorySegment view = cursor.value();
      again.close();
      // The original byte or an exception; never another byte, never a crash.
      try {
        assertEquals(42, view.get(ValueLayout.JAVA_BYTE, 0));
      } catch (IllegalStateException e) {
        assertFalse(again.isOpen());
      }
      cursor.close();
    }
  }

  @Test
  void cursor_doesNotSeeLaterWrites() {
    tree.put(new byte[] {1}, new byte[] {1});
    try (Cursor cursor = tree.cursor();
        Snapshot snapshot = store.snapshot()) {
      tree.put(new byte[] {0}, new byte[] {0});
      tree.put(new byte[] {1}, new byte[] {2});
      tree.put(new byte[] {2}, new byte[] {2});
      store.flush();
      store.compact();
      assertTrue(cursor.first());
      assertArrayEquals(new byte[] {1}, cursor.keyBytes());
      assertArrayEquals(new byte[] {1}, cursor.valueBytes());
      assertFalse(cursor.next());
      assertArrayEquals(new byte[] {1}, tree.at(snapshot).get(new byte[] {1}));
      assertNull(tree.at(snapshot).get(new byte[] {2}));
    }
  }

  @Test
  void cursor_new_isNotValid() {
    tree.put(new byte[] {1}, new byte[] {1});
    try (Cursor cursor = tree.cursor()) {
      assertFalse(cursor.isValid());
      assertThrows(IllegalStateException.class, cursor::next);
      assertThrows(IllegalStateException.class, cursor::prev);
      assertThrows(IllegalStateException.class, cursor::key);
    }
  }

  @Test
  void cursor_pastTheEnd_needsAMove() {
    tree.put(new byte[] {1}, new byte[] {1});
    try (Cursor cursor = tree.cursor()) {
      assertTrue(cursor.last());
      assertFalse(cursor.next());
      assertFalse(cursor.isValid());
      assertThrows(IllegalStateException.class, cursor::prev);
      assertTrue(cursor.last());
      assertFalse(cursor.seek(new byte[] {2}));
      assertTrue(cursor.seekBefore(new byte[] {2}));
    }
  }

  @Test
  void trees_areSortedAndNotTheCallers() {
    store.tree("b");
    store.tree("a");
    List<String> names = store.treeNames();
    assertEquals(List.of("a", "b", "t"), names);
    assertThrows(UnsupportedOperationException.class, () -> names.add("c"));
  }
}
