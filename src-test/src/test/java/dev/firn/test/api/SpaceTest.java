package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.FileName;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What is deleted gives its space back, without a call and without an end of the writing. */
class SpaceTest {

  private static final int ENTRIES = 3000;

  private static final StoreOptions OPTIONS =
      TinyOptions.smallest().toBuilder()
          .journalSegmentBytes(1 << 20)
          .levelBaseBytes(1 << 20)
          .tableBytes(64 << 10)
          .build();

  private final MemoryDisk disk = new MemoryDisk();

  @Test
  void deletions_areCompactedAtRest() throws Exception {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = filled(store, "t", 0, ENTRIES);
      store.compact();
      for (int i = 0; i < ENTRIES; i++) {
        tree.delete(key(i));
      }
      await(() -> store.stats().tables().count() == 0);
      long compactions = store.stats().compactions().count();
      long flushes = store.stats().flushes().count();
      Thread.sleep(2500);
      assertEquals(compactions, store.stats().compactions().count(), "the store has come to rest");
      assertEquals(flushes, store.stats().flushes().count());
    }
  }

  @Test
  void deletedRanges_areCompactedAtRest() throws Exception {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = filled(store, "t", 0, ENTRIES);
      store.compact();
      tree.deleteRange(KeyRange.closedOpen(key(10), key(ENTRIES - 10)));
      await(() -> store.stats().tables().entries() == 20);
      await(() -> store.stats().tables().rangeTombstones() == 0);
      long compactions = store.stats().compactions().count();
      Thread.sleep(2500);
      assertEquals(compactions, store.stats().compactions().count(), "the store has come to rest");
    }
  }

  /** Of the tables between the first and the last one nothing is read. */
  @Test
  void coveredTables_areDroppedUnread() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = filled(store, "t", 0, ENTRIES);
      store.compact();
      long bytes = store.stats().tables().bytes();
      assertTrue(store.stats().tables().count() >= 8);
      try (Snapshot snapshot = store.snapshot()) {
        tree.deleteRange(KeyRange.closedOpen(key(10), key(ENTRIES - 10)));
        store.compact();
        assertEquals(1, store.stats().tables().rangeTombstones());
        assertTrue(tree.at(snapshot).contains(key(ENTRIES / 2)));
        assertTrue(store.stats().tables().entries() >= ENTRIES);
      }
      long read = store.stats().compactions().bytesRead();
      store.compact();
      assertEquals(20, store.stats().tables().entries());
      assertEquals(0, store.stats().tables().rangeTombstones());
      tree = filled(store, "t", 0, ENTRIES);
      store.compact();
      tree.deleteRange(KeyRange.closedOpen(key(10), key(ENTRIES - 10)));
      store.flush();
      read = store.stats().compactions().bytesRead();
      store.compact();
      read = store.stats().compactions().bytesRead() - read;
      assertEquals(20, store.stats().tables().entries());
      assertTrue(read * 2 < bytes, "read=" + read + " of " + bytes);
    }
  }

  @Test
  void oneDeletion_isCompactedWhenItIsOld() throws Exception {
    StoreOptions options = OPTIONS.toBuilder().tombstoneMaxAge(Duration.ofSeconds(1)).build();
    try (Store store = disk.open(options)) {
      Tree tree = filled(store, "t", 0, ENTRIES);
      store.compact();
      tree.delete(key(7));
      await(() -> store.stats().tables().entries() == ENTRIES - 1);
    }
  }

  @Test
  void versionsOfAClosedSnapshot_areRemoved() throws Exception {
    try (Store store = disk.open(OPTIONS)) {
      filled(store, "t", 0, ENTRIES);
      try (Snapshot snapshot = store.snapshot()) {
        filled(store, "t", 0, ENTRIES);
        store.compact();
        assertEquals(2 * ENTRIES, store.stats().tables().entries(), snapshot.toString());
      }
      await(() -> store.stats().tables().entries() == ENTRIES);
    }
  }

  /** The trees share tables. */
  @Test
  void droppedTrees_areRemoved() throws Exception {
    try (Store store = disk.open(OPTIONS)) {
      filled(store, "before", 0, 100);
      filled(store, "dropped", 0, ENTRIES);
      filled(store, "after", 0, 100);
      store.compact();
      assertEquals(ENTRIES + 200, store.stats().tables().entries());
      store.dropTree("dropped");
      await(() -> store.stats().tables().entries() == 200);
    }
  }

  @Test
  void compact_returnsWhenTheFilesAreDeleted() {
    try (Store store = disk.open(OPTIONS)) {
      for (int round = 0; round < 20; round++) {
        Tree tree = filled(store, "t", 0, 500);
        store.compact();
        assertEquals(store.stats().tables().count(), tableFiles());
        for (int i = 0; i < 500; i++) {
          tree.delete(key(i));
        }
        store.compact();
        assertEquals(0, tableFiles(), "round " + round);
      }
      Tree tree = filled(store, "t", 0, 500);
      store.compact();
      try (Cursor cursor = tree.cursor()) {
        assertTrue(cursor.first());
        filled(store, "t", 0, 500);
        store.compact();
        assertTrue(store.stats().tables().count() < tableFiles(), "the cursor reads the rest");
      }
      store.compact();
    }
  }

  private int tableFiles() {
    return (int)
        disk.files().list(MemoryDisk.DIRECTORY).stream()
            .filter(name -> FileName.tableNumber(name).isPresent())
            .count();
  }

  private static Tree filled(Store store, String name, int from, int to) {
    Tree tree = store.tree(name);
    for (int i = from; i < to; i++) {
      tree.put(key(i), new byte[100]);
    }
    return tree;
  }

  private static void await(BooleanSupplier condition) throws Exception {
    Deadline.call(
        Duration.ofSeconds(60),
        () -> {
          while (!condition.getAsBoolean()) {
            Thread.sleep(20);
          }
          return null;
        });
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }
}
