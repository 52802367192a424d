package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.KeyReader;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Closed stores, cursors and snapshots; dropped trees. */
final class ClosedTest {

  private static final byte[] KEY = {1, 2, 3};
  private static final byte[] VALUE = {4, 5};

  private final MemoryDisk disk = new MemoryDisk();
  private final Store store = disk.open(TinyOptions.smallest());
  private final Tree tree = store.tree("t");

  @AfterEach
  void nothingIsOpen() {
    store.close();
    disk.assertNothingOpen();
  }

  @Test
  void closedStore_everythingSaysClosed() {
    tree.put(KEY, VALUE);
    Snapshot snapshot = store.snapshot();
    Cursor cursor = tree.cursor();
    assertTrue(cursor.first());
    WriteBatch batch = new WriteBatch();
    batch.put(tree, KEY, VALUE);

    store.close();
    store.close();

    assertFalse(store.isOpen());
    storeCalls(batch).forEach(ClosedTest::assertSaysClosed);
    treeCalls(snapshot).forEach(ClosedTest::assertSaysClosed);
    cursorCalls(cursor).forEach(ClosedTest::assertSaysClosed);
    snapshot.close();
    snapshot.close();
    cursor.close();
    cursor.close();
  }

  @Test
  void closedCursor_everythingSaysClosed() {
    tree.put(KEY, VALUE);
    Cursor cursor = tree.cursor();
    assertTrue(cursor.first());
    cursor.close();
    cursor.close();
    cursorCalls(cursor).forEach(ClosedTest::assertSaysClosed);
    assertFalse(cursor.isValid());
  }

  /** The new cursor is the old one inside: same thread, same range. */
  @Test
  void closedCursor_besideItsSuccessor_everythingSaysClosed() throws InterruptedException {
    tree.put(KEY, VALUE);
    Cursor cursor = tree.cursor();
    assertTrue(cursor.first());
    cursor.close();
    try (Cursor successor = tree.cursor()) {
      assertTrue(successor.first());
      Runnable useStale =
          () -> {
            cursorCalls(cursor).forEach(ClosedTest::assertSaysClosed);
            assertSaysClosed("valueOffset", cursor::valueOffset);
            assertFalse(cursor.isValid());
            cursor.close();
          };
      useStale.run();
      FutureTask<Void> elsewhere = new FutureTask<>(useStale, null);
      Thread other = Thread.ofPlatform().start(elsewhere);
      other.join();
      assertDoesNotThrow(() -> elsewhere.get());
      assertTrue(successor.isValid());
      assertArrayEquals(KEY, successor.keyBytes());
      assertArrayEquals(VALUE, successor.valueBytes());
      assertFalse(successor.next());
    }
  }

  @Test
  void closedSnapshot_readsSayClosed() {
    tree.put(KEY, VALUE);
    Snapshot snapshot = store.snapshot();
    KeyReader reader = tree.at(snapshot);
    Cursor cursor = reader.cursor();
    snapshot.close();
    snapshot.close();
    MemorySegment key = MemorySegment.ofArray(KEY);
    assertSaysClosed("at", () -> tree.at(snapshot));
    assertSaysClosed("get", () -> reader.get(KEY));
    assertSaysClosed("get segment", () -> reader.get(key));
    assertSaysClosed("get into", () -> reader.get(KEY, new byte[3]));
    assertSaysClosed("get into segment", () -> reader.get(key, MemorySegment.ofArray(VALUE)));
    assertSaysClosed("contains", () -> reader.contains(KEY));
    assertSaysClosed("contains segment", () -> reader.contains(key));
    assertSaysClosed("cursor", reader::cursor);
    assertSaysClosed("cursor of range", () -> reader.cursor(KeyRange.prefix(KEY)));
    assertSaysClosed("reset", () -> cursor.reset(KeyRange.all()));
    // Cursors made from the snapshot stay usable.
    assertTrue(cursor.first());
    cursor.close();
  }

  @Test
  void snapshotOfAnotherStore_isRefused() {
    MemoryDisk otherDisk = new MemoryDisk();
    try (Store other = otherDisk.open(TinyOptions.smallest());
        Snapshot snapshot = other.snapshot()) {
      assertThrows(IllegalArgumentException.class, () -> tree.at(snapshot));
    }
  }

  @Test
  void treeOfAnotherStore_inBatch_isRefused() {
    MemoryDisk otherDisk = new MemoryDisk();
    try (Store other = otherDisk.open(TinyOptions.smallest())) {
      Tree otherTree = other.tree("t");
      WriteBatch batch = new WriteBatch();
      batch.put(tree, KEY, VALUE);
      assertThrows(
          IllegalArgumentException.class,
          () -> {
            batch.put(otherTree, KEY, VALUE);
            store.write(batch);
          });
      assertEquals(null, tree.get(KEY));
      assertEquals(null, otherTree.get(KEY));
    }
  }

  @Test
  void droppedTree_isRefusedAndItsCursorsGoOn() {
    tree.put(KEY, VALUE);
    Cursor cursor = tree.cursor();
    WriteBatch batch = new WriteBatch();
    batch.put(tree, KEY, VALUE);
    assertTrue(store.dropTree("t"));
    assertFalse(store.dropTree("t"));
    assertThrows(IllegalStateException.class, () -> tree.get(KEY));
    assertThrows(IllegalStateException.class, () -> tree.put(KEY, VALUE));
    assertThrows(IllegalStateException.class, () -> store.write(batch));
    assertTrue(cursor.first());
    assertEquals(KEY.length, cursor.keyLength());
    cursor.close();
    Tree again = store.tree("t");
    assertEquals(null, again.get(KEY), "a tree of the same name begins empty");
    assertThrows(IllegalStateException.class, () -> tree.get(KEY));
  }

  private Map<String, Executable> storeCalls(WriteBatch batch) {
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("tree", () -> store.tree("t"));
    calls.put("tree, new", () -> store.tree("new"));
    calls.put("treeNames", store::treeNames);
    calls.put("dropTree", () -> store.dropTree("t"));
    calls.put("write", () -> store.write(batch));
    calls.put("write synced", () -> store.write(batch, Durability.SYNCED));
    calls.put("snapshot", store::snapshot);
    calls.put("flush", store::flush);
    calls.put("compact", store::compact);
    calls.put("sync", store::sync);
    calls.put("verify", store::verify);
    return calls;
  }

  private Map<String, Executable> treeCalls(Snapshot snapshot) {
    MemorySegment key = MemorySegment.ofArray(KEY);
    MemorySegment value = MemorySegment.ofArray(VALUE);
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("put", () -> tree.put(KEY, VALUE));
    calls.put("put synced", () -> tree.put(KEY, VALUE, Durability.SYNCED));
    calls.put("put segments", () -> tree.put(key, value));
    calls.put("delete", () -> tree.delete(KEY));
    calls.put("delete segment", () -> tree.delete(key));
    calls.put("get", () -> tree.get(KEY));
    calls.put("get segment", () -> tree.get(key));
    calls.put("get into", () -> tree.get(KEY, new byte[1]));
    calls.put("get into segment", () -> tree.get(key, MemorySegment.ofArray(new byte[1])));
    calls.put("get at", () -> tree.at(snapshot).get(KEY));
    calls.put("contains", () -> tree.contains(KEY));
    calls.put("cursor", tree::cursor);
    calls.put("cursor of range", () -> tree.cursor(KeyRange.prefix(KEY)));
    calls.put("cursor at", () -> tree.at(snapshot).cursor());
    return calls;
  }

  private static Map<String, Executable> cursorCalls(Cursor cursor) {
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("first", cursor::first);
    calls.put("last", cursor::last);
    calls.put("seek", () -> cursor.seek(KEY));
    calls.put("seekBefore", () -> cursor.seekBefore(KEY));
    calls.put("seekAtOrBefore", () -> cursor.seekAtOrBefore(KEY));
    calls.put("reset", () -> cursor.reset(KeyRange.all()));
    calls.put("forEach", () -> cursor.forEach((key, memory, offset, length) -> {}));
    calls.put("next", cursor::next);
    calls.put("prev", cursor::prev);
    calls.put("key", cursor::key);
    calls.put("value", cursor::value);
    calls.put("keyBytes", cursor::keyBytes);
    calls.put("valueBytes", cursor::valueBytes);
    calls.put("keyLength", cursor::keyLength);
    calls.put("valueLength", cursor::valueLength);
    calls.put("copyKey", () -> cursor.copyKey(MemorySegment.ofArray(new byte[9])));
    calls.put("copyValue", () -> cursor.copyValue(MemorySegment.ofArray(new byte[9])));
    return calls;
  }

  private static void assertSaysClosed(String call, Executable executable) {
    IllegalStateException e = assertThrows(IllegalStateException.class, executable, call);
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    assertTrue(message.contains("closed"), () -> call + ": " + e);
  }
}
