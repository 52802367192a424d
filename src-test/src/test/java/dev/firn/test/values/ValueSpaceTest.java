package dev.firn.test.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.KeyReader;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.StorageException;
import dev.firn.test.MemoryDisk;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The space of dead values comes back, and not before their last reader has ended. */
final class ValueSpaceTest {

  private static final int KEYS = 400;
  private static final int VALUE_BYTES = 4000;
  private static final long LIVE_BYTES = (long) KEYS * VALUE_BYTES;
  private static final long LIMIT_NANOS = 30_000_000_000L;

  private static final StoreOptions OPTIONS =
      StoreOptions.builder()
          .journalSegmentBytes(64 << 10)
          .tableBytes(256 << 10)
          .minValueFileBytes(1024)
          .build();

  private final MemoryDisk disk = new MemoryDisk();

  private static byte[] key(int i) {
    return LargeValuesTest.key(i);
  }

  private static byte[] value(int i, int round) {
    return LargeValuesTest.value(i, round);
  }

  private static void fill(Tree tree, int round) {
    for (int i = 0; i < KEYS; i++) {
      tree.put(key(i), value(i, round));
    }
  }

  private static void assertHolds(KeyReader tree, int round) {
    for (int i = 0; i < KEYS; i++) {
      assertArrayEquals(value(i, round), tree.get(key(i)));
    }
  }

  private long fileBytes() {
    FileSystem files = disk.files();
    long bytes = 0;
    for (String name : files.list(MemoryDisk.DIRECTORY)) {
      boolean counts =
          FileName.tableNumber(name).isPresent() || FileName.journalNumber(name).isPresent();
      bytes += counts ? sizeOrZero(files, name) : 0;
    }
    return bytes;
  }

  /** The file may be deleted at this moment. */
  private static long sizeOrZero(FileSystem files, String name) {
    try {
      return files.size(MemoryDisk.DIRECTORY.resolve(name));
    } catch (StorageException e) {
      return 0;
    }
  }

  private void awaitFileBytes(long max) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (fileBytes() > max) {
      assertTrue(System.nanoTime() < end, () -> fileBytes() + " bytes, not " + max);
      Thread.onSpinWait();
    }
  }

  @Test
  void overwrittenValues_giveTheirSpaceBack() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      Random random = new Random(1);
      int[] rounds = new int[KEYS];
      fill(tree, 0);
      for (int i = 1; i <= 2 * KEYS; i++) {
        int at = random.nextInt(KEYS);
        rounds[at] = i;
        tree.put(key(at), value(at, i));
      }
      store.compact();
      awaitFileBytes(LIVE_BYTES * 3 / 2 + (1 << 20));
      for (int i = 0; i < KEYS; i++) {
        assertArrayEquals(value(i, rounds[i]), tree.get(key(i)));
      }
      assertTrue(store.verify().isIntact());
    }
    disk.assertNothingOpen();
  }

  @Test
  void droppedTree_givesItsSpaceBack() {
    try (Store store = disk.open(OPTIONS)) {
      fill(store.tree("t"), 0);
      store.flush();
      store.dropTree("t");
      awaitFileBytes(1 << 20);
    }
  }

  @Test
  void readersOfAnOlderMoment_keepItsValues() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      fill(tree, 1);
      store.flush();
      try (Snapshot snapshot = store.snapshot();
          Cursor cursor = tree.cursor()) {
        fill(tree, 2);
        store.compact();
        fill(tree, 3);
        store.compact();
        assertHolds(tree, 3);
        assertHolds(tree.at(snapshot), 1);
        int at = 0;
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          assertArrayEquals(value(at++, 1), cursor.valueBytes());
        }
        assertEquals(KEYS, at);
      }
      store.compact();
      assertHolds(tree, 3);
    }
    try (Store store = disk.open(OPTIONS)) {
      assertHolds(store.tree("t"), 3);
    }
  }
}
