package dev.firn.test.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.StoreStats;
import dev.firn.Tree;
import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One number counts what a store takes outside the heap, and it has a bound. */
final class MemoryBoundTest {

  private static final long MIB = 1 << 20;

  private static StoreOptions.Builder quiet() {
    return StoreOptions.builder().syncInterval(Duration.ZERO).scrubInterval(Duration.ZERO);
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Writers, a reader of compressed blocks, and cursors. */
  @Test
  void bound_isHeldUnderLoad() throws Exception {
    long bound = 12 * MIB;
    try (MemoryDisk disk = new MemoryDisk();
        Store store = disk.open(quiet().memoryBytes(bound).build())) {
      Tree tree = store.tree("t");
      AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
      List<Thread> writers = new ArrayList<>();
      for (int writer = 0; writer < 3; writer++) {
        SplittableRandom random = new SplittableRandom(writer);
        writers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        for (int i = 0; i < 8_000; i++) {
                          tree.put(bytes(random, 16), bytes(random, 1_000));
                        }
                      } catch (Throwable e) {
                        failed.set(e);
                      }
                    }));
      }
      long most = 0;
      while (writers.stream().anyMatch(Thread::isAlive)) {
        try (Cursor cursor = tree.cursor()) {
          cursor.seek(new byte[] {(byte) most});
          StoreStats.Memory memory = store.stats().memory();
          assertEquals(bound, memory.boundBytes());
          // What two threads reserve at once counts before the cache has made room for both.
          Thread.sleep(1);
          long later = store.stats().memory().usedBytes();
          most = Math.max(most, Math.min(memory.usedBytes(), later));
        }
      }
      assertNull(failed.get());
      assertTrue(most > bound / 4, "counted: " + most);
      assertTrue(most <= bound, "used: " + most);
      assertTrue(store.stats().flushes().count() > 3);
    }
  }

  /** A record that is larger than the bound is written all the same. */
  @Test
  void hugeValue_isWritten_andItsMemoryGivenBack() {
    try (MemoryDisk disk = new MemoryDisk();
        Store store = disk.open(quiet().memoryBytes(8 * MIB).build())) {
      Tree tree = store.tree("t");
      byte[] value = bytes(new SplittableRandom(1), (int) (20 * MIB));
      tree.put(new byte[1], value);
      tree.put(new byte[2], new byte[10]);
      store.flush();
      assertArrayEquals(value, tree.get(new byte[1]));
      assertTrue(store.stats().memory().usedBytes() <= 8 * MIB, store.stats()::toString);
    }
  }

  /** The nodes of a memtable hold keys only. */
  @Test
  void recovery_ofLargeValues_takesLittle() {
    StoreOptions options = quiet().journalSegmentBytes(MIB).build();
    MemoryDisk disk = new MemoryDisk();
    Disk killed;
    try (Store store = disk.open(options)) {
      for (int i = 0; i < 3; i++) {
        store.tree("t").put(new byte[] {(byte) i}, new byte[(int) (8 * MIB)]);
      }
      killed = disk.afterKill();
    }
    try (Store store = killed.open(options)) {
      long bytes = store.stats().memory().memTableBytes();
      assertTrue(bytes <= 6 * MIB, "memtables: " + bytes);
      assertEquals(8 * MIB, store.tree("t").get(new byte[1]).length);
    }
  }

  /** Each of many threads had a large record, from the heap or not, and is idle. */
  @Test
  void idleThreads_keepLittle() throws Exception {
    try (MemoryDisk disk = new MemoryDisk();
        Store store = disk.open(quiet().memoryBytes(16 * MIB).build());
        Arena arena = Arena.ofShared()) {
      Tree tree = store.tree("t");
      MemorySegment outside = arena.allocate(600_000);
      byte[] value = new byte[600_000];
      for (int i = 0; i < 60; i++) {
        byte[] key = {(byte) i};
        boolean fromHeap = i % 2 == 0;
        Runnable write =
            () -> {
              if (fromHeap) {
                tree.put(key, value);
              } else {
                tree.put(MemorySegment.ofArray(key), outside);
              }
            };
        (i % 3 == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(write).join();
      }
      assertTrue(store.stats().memory().usedBytes() <= 16 * MIB, store.stats()::toString);
      assertEquals(600_000, tree.get(new byte[] {59}).length);
    }
  }

  /** Values around the length from which they pass through a small buffer. */
  @Test
  void longValues_comeBack_afterAKill() {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, byte[]> expected = new TreeMap<>();
    MemoryDisk disk = new MemoryDisk();
    Disk killed;
    try (Store store = disk.open(quiet().build())) {
      Tree tree = store.tree("t");
      int[] lengths = {0, 8191, 8192, 8193, 8200, 16_383, 16_384, 30_001, 200_000, 3_000_001};
      for (int length : lengths) {
        for (int keyLength : new int[] {1, 7, 8, 5_000, 65_536}) {
          byte[] key = bytes(random, keyLength);
          byte[] value = bytes(random, length);
          Durability durability = random.nextBoolean() ? Durability.SYNCED : Durability.BUFFERED;
          tree.put(key, value, durability);
          expected.put(hex(key), value);
        }
      }
      assertHolds(expected, tree);
      killed = disk.afterKill();
    }
    try (Store store = killed.open(quiet().build())) {
      assertHolds(expected, store.tree("t"));
      assertTrue(store.verify().isIntact());
      store.flush();
      assertHolds(expected, store.tree("t"));
    }
  }

  private static String hex(byte[] key) {
    return HexFormat.of().formatHex(key);
  }

  private static void assertHolds(Map<String, byte[]> expected, Tree tree) {
    expected.forEach(
        (key, value) -> assertArrayEquals(value, tree.get(HexFormat.of().parseHex(key))));
  }
}
