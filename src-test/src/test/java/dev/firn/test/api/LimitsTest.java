package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Keys, values, names and batches at and beyond their size limits. */
final class LimitsTest {

  private static final int LONGEST_KEY = 1 << 16;
  private static final int BLOCK = 256;
  private static final int SEGMENT = 16 << 10;

  private final MemoryDisk disk = new MemoryDisk();
  private Store store = disk.open(TinyOptions.smallest().toBuilder().blockBytes(BLOCK).build());
  private Tree tree = store.tree("t");

  @AfterEach
  void nothingIsOpen() {
    assertTrue(store.verify().isIntact());
    store.close();
    disk.assertNothingOpen();
  }

  @Test
  void keys_fromEmptyToLongest_comeBack() {
    for (int length : new int[] {0, 1, 7, 8, 9, 255, 256, BLOCK, LONGEST_KEY - 1, LONGEST_KEY}) {
      byte[] key = new byte[length];
      Arrays.fill(key, (byte) 0x80);
      tree.put(key, value(length));
    }
    assertInMemoryAndInTables(
        () -> {
          for (int length : new int[] {0, 1, 7, 8, 9, 255, 256, BLOCK, 65_535, LONGEST_KEY}) {
            byte[] key = new byte[length];
            Arrays.fill(key, (byte) 0x80);
            assertArrayEquals(value(length), tree.get(key), () -> "key of " + length);
          }
          try (Cursor cursor = tree.cursor()) {
            assertTrue(cursor.first());
            assertEquals(0, cursor.keyLength());
            assertTrue(cursor.last());
            assertEquals(LONGEST_KEY, cursor.keyLength());
          }
        });
  }

  @Test
  void key_tooLong_isRefusedEverywhere() {
    byte[] key = new byte[LONGEST_KEY + 1];
    MemorySegment segment = MemorySegment.ofArray(key);
    WriteBatch batch = new WriteBatch();
    assertRefusesLength(() -> tree.put(key, new byte[1]));
    assertRefusesLength(() -> tree.put(segment, MemorySegment.ofArray(new byte[1])));
    assertRefusesLength(() -> tree.delete(key));
    assertRefusesLength(() -> tree.get(key));
    assertRefusesLength(() -> tree.get(key, new byte[1]));
    assertRefusesLength(() -> tree.contains(segment));
    assertRefusesLength(() -> batch.put(tree, key, new byte[1]));
    assertRefusesLength(() -> batch.delete(tree, key));
    assertTrue(batch.isEmpty());
    try (Cursor cursor = tree.cursor()) {
      assertRefusesLength(() -> cursor.seek(key));
      assertRefusesLength(() -> cursor.seekBefore(segment));
    }
    assertEquals(0, store.stats().lastSequence());
  }

  private static void assertRefusesLength(Executable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().contains("=" + (LONGEST_KEY + 1)), e::getMessage);
  }

  @Test
  void values_aroundTheSizesOfBlocksAndSegments_comeBack() {
    int[] lengths = {
      0,
      1,
      BLOCK - 1,
      BLOCK,
      BLOCK + 1,
      4095,
      4096,
      4097,
      SEGMENT - 200,
      SEGMENT - 100,
      SEGMENT - 1,
      SEGMENT,
      SEGMENT + 1,
      3 * SEGMENT,
      (1 << 20) + 1
    };
    for (int length : lengths) {
      tree.put(key(length), value(length));
    }
    assertInMemoryAndInTables(
        () -> {
          for (int length : lengths) {
            assertArrayEquals(value(length), tree.get(key(length)), () -> "value of " + length);
            byte[] short1 = new byte[1];
            assertEquals(length, tree.get(key(length), short1));
          }
          try (Cursor cursor = tree.cursor()) {
            int count = 0;
            for (boolean more = cursor.last(); more; more = cursor.prev()) {
              count++;
            }
            assertEquals(lengths.length, count);
          }
        });
  }

  @Test
  void value_largerThanASegment_betweenSmallOnes_survivesReopening() {
    for (int i = 0; i < 5; i++) {
      tree.put(key(2 * i), value(20));
      tree.put(key(2 * i + 1), value(5 * SEGMENT + i), Durability.SYNCED);
    }
    Store killed = store;
    MemoryDisk left = (MemoryDisk) disk.afterKill();
    try (Store again = left.open(TinyOptions.smallest())) {
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(value(5 * SEGMENT + i), again.tree("t").get(key(2 * i + 1)));
        assertArrayEquals(value(20), again.tree("t").get(key(2 * i)));
      }
    }
    left.assertNothingOpen();
    assertTrue(killed.isOpen());
  }

  @Test
  void value_overTwoGibibytes_isRefused(@TempDir Path folder) throws Exception {
    long length = 1L << 31;
    try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve("sparse").toFile(), "rw");
        Arena arena = Arena.ofConfined()) {
      sparse.setLength(length);
      MemorySegment huge = sparse.getChannel().map(MapMode.READ_ONLY, 0, length, arena);
      MemorySegment key = MemorySegment.ofArray(new byte[] {1});
      WriteBatch batch = new WriteBatch();
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> tree.put(key, huge));
      assertTrue(e.getMessage().contains("=" + length), e::getMessage);
      assertThrows(IllegalArgumentException.class, () -> batch.put(tree, key, huge));
      assertThrows(IllegalArgumentException.class, () -> tree.get(huge));
      assertTrue(batch.isEmpty());
    }
    assertEquals(0, store.stats().lastSequence());
  }

  @Test
  void batch_largerThanASegment_isOneCommit() {
    WriteBatch batch = new WriteBatch();
    for (int i = 0; i < 2000; i++) {
      batch.put(tree, key(i), value(i % 100));
    }
    assertTrue(batch.sizeBytes() > 2 * SEGMENT);
    store.write(batch);
    assertInMemoryAndInTables(
        () -> {
          for (int i = 0; i < 2000; i++) {
            assertArrayEquals(value(i % 100), tree.get(key(i)));
          }
        });
  }

  @Test
  void treeNames_outOfBounds_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> store.tree(""));
    assertThrows(IllegalArgumentException.class, () -> store.tree("x".repeat(256)));
    assertThrows(IllegalArgumentException.class, () -> store.tree("\u00e9".repeat(128)));
    assertThrows(IllegalArgumentException.class, () -> store.dropTree(""));
    store.tree("x".repeat(255)).put(new byte[1], new byte[1]);
    store.tree("\u00e9/..\\ \n").put(new byte[1], new byte[2]);
    reopen();
    assertEquals(3, store.treeNames().size());
    assertEquals(2, store.tree("\u00e9/..\\ \n").get(new byte[1]).length);
  }

  @Test
  void manyTrees_areIndependent() {
    for (int i = 0; i < 200; i++) {
      store.tree("tree" + i).put(new byte[] {7}, value(i));
    }
    reopen();
    for (int i = 0; i < 200; i++) {
      assertArrayEquals(value(i), store.tree("tree" + i).get(new byte[] {7}));
      try (Cursor cursor = store.tree("tree" + i).cursor()) {
        assertTrue(cursor.first());
        assertTrue(!cursor.next());
      }
    }
    assertNull(tree.get(new byte[] {7}));
  }

  /** Checks at once, after a flush, after a compaction, and after reopening the store. */
  private void assertInMemoryAndInTables(Runnable check) {
    check.run();
    store.flush();
    check.run();
    store.compact();
    check.run();
    reopen();
    check.run();
  }

  private void reopen() {
    store.close();
    store = disk.open(TinyOptions.smallest().toBuilder().blockBytes(BLOCK).build());
    tree = store.tree("t");
  }

  private static byte[] key(int number) {
    return "key%08d".formatted(number).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  private static byte[] value(int length) {
    byte[] value = new byte[length];
    new Random(length).nextBytes(value);
    return value;
  }
}
