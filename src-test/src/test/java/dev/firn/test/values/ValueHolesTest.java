package dev.firn.test.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.KeyReader;
import dev.firn.RepairReport;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.StorageException;
import dev.firn.test.MemoryDisk;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Dead values become holes of their files, and what a reader can reach never does. */
final class ValueHolesTest {

  private static final int KEYS = 120;
  private static final int VALUE_BYTES = 20_000;
  private static final long LIVE_BYTES = (long) KEYS * VALUE_BYTES;
  private static final long LIMIT_NANOS = 30_000_000_000L;

  private static final StoreOptions OPTIONS =
      StoreOptions.builder().journalSegmentBytes(256 << 10).minValueFileBytes(4096).build();

  private final MemoryDisk disk = new MemoryDisk();

  private static byte[] value(int i, int round) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(31L * i + round).nextBytes(value);
    return value;
  }

  private static void put(Tree tree, int i, int round) {
    tree.put(LargeValuesTest.key(i), value(i, round));
  }

  /** Writes all keys, and then every other one again: half of each file is dead. */
  private static void fill(Tree tree) {
    for (int i = 0; i < KEYS; i++) {
      put(tree, i, 0);
    }
    overwriteHalf(tree, 1);
  }

  private static void overwriteHalf(Tree tree, int round) {
    for (int i = 0; i < KEYS; i += 2) {
      put(tree, i, round);
    }
  }

  private static void assertHolds(KeyReader tree, int roundOfHalf) {
    for (int i = 0; i < KEYS; i++) {
      byte[] found = tree.get(LargeValuesTest.key(i));
      assertArrayEquals(value(i, i % 2 == 0 ? roundOfHalf : 0), found);
    }
  }

  private static long filledBytes(MemoryFileSystem files) {
    long bytes = 0;
    for (String name : files.list(MemoryDisk.DIRECTORY)) {
      if (FileName.journalNumber(name).isPresent()) {
        try {
          bytes += files.filledBytes(MemoryDisk.DIRECTORY.resolve(name));
        } catch (StorageException e) {
          // It was deleted at this moment.
        }
      }
    }
    return bytes;
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it does not happen");
      Thread.onSpinWait();
    }
  }

  private void awaitHoles() {
    await(() -> filledBytes(disk.files()) <= LIVE_BYTES * 6 / 5 + (512 << 10));
  }

  @Test
  void halfDeadFiles_giveThatHalfBack_withoutAMove() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      fill(tree);
      store.compact();
      awaitHoles();
      long live = store.stats().values().liveBytes();
      assertTrue(live >= LIVE_BYTES * 9 / 10, () -> live + " bytes were left where they are");
      assertHolds(tree, 1);
      assertTrue(store.verify().isIntact());
    }
    disk.assertNothingOpen();
  }

  @Test
  void holesOfAnEarlierProcess_areNoDamage() {
    try (Store store = disk.open(OPTIONS)) {
      fill(store.tree("t"));
      store.compact();
      awaitHoles();
    }
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      assertHolds(tree, 1);
      overwriteHalf(tree, 2);
      store.compact();
      awaitHoles();
      assertHolds(tree, 2);
      assertTrue(store.verify().isIntact());
    }
    assertTrue(repair().damage().isEmpty());
    try (Store store = disk.open(OPTIONS)) {
      assertHolds(store.tree("t"), 2);
    }
  }

  private RepairReport repair() {
    return StoreAccess.repair(MemoryDisk.DIRECTORY, MemoryDisk.DIRECTORY, disk.files());
  }

  @Test
  void lostManifest_losesNoLiveValue() {
    try (Store store = disk.open(OPTIONS)) {
      fill(store.tree("t"));
      store.compact();
      awaitHoles();
    }
    for (String name : disk.files().list(MemoryDisk.DIRECTORY)) {
      if (name.equals(FileName.CURRENT) || FileName.manifestNumber(name).isPresent()) {
        disk.files().delete(MemoryDisk.DIRECTORY.resolve(name));
      }
    }
    assertTrue(repair().manifestRebuilt());
    try (Store store = disk.open(OPTIONS)) {
      assertHolds(store.tree("t"), 1);
      assertTrue(store.verify().isIntact());
    }
  }

  @Test
  void openCursor_keepsWhatItCanReach() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      fill(tree);
      store.flush();
      AtomicInteger punches = countPunches();
      try (Cursor cursor = tree.cursor()) {
        assertTrue(cursor.first());
        overwriteHalf(tree, 2);
        store.compact();
        overwriteHalf(tree, 3);
        store.compact();
        awaitRest(store);
        assertEquals(0, punches.get());
        for (int i = 0; i < KEYS; i++) {
          assertArrayEquals(value(i, i % 2 == 0 ? 1 : 0), cursor.valueBytes());
          assertEquals(i + 1 < KEYS, cursor.next());
        }
      }
      awaitHoles(); // the end of the cursor is enough
      assertHolds(tree, 3);
    }
  }

  @Test
  void snapshot_keepsItsValues() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      fill(tree);
      try (Snapshot snapshot = store.snapshot()) {
        AtomicInteger punches = countPunches();
        overwriteHalf(tree, 2);
        overwriteHalf(tree, 3);
        store.compact();
        await(() -> punches.get() > 0);
        assertHolds(tree.at(snapshot), 1);
        assertHolds(tree, 3);
      }
    }
  }

  @Test
  void refusedHoles_hurtNothing() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      AtomicInteger refused = new AtomicInteger();
      disk.files()
          .failBefore(
              (operation, path) -> {
                if (operation == FileOperation.PUNCH && refused.incrementAndGet() == 1) {
                  throw new StorageException(path, "has no holes today", null);
                }
              });
      fill(tree);
      store.compact();
      await(() -> refused.get() > 0);
      assertTrue(store.health().isHealthy());
      overwriteHalf(tree, 2);
      store.compact();
      awaitHoles();
      assertHolds(tree, 2);
    }
  }

  private AtomicInteger countPunches() {
    AtomicInteger punches = new AtomicInteger();
    disk.files()
        .failBefore(
            (operation, path) -> {
              if (operation == FileOperation.PUNCH) {
                punches.incrementAndGet();
              }
            });
    return punches;
  }

  /** Waits until the compactor has had two looks at a store at rest. */
  private static void awaitRest(Store store) {
    long begin = System.nanoTime();
    await(() -> System.nanoTime() - begin > 2_500_000_000L);
    assertTrue(store.health().isHealthy());
  }
}
