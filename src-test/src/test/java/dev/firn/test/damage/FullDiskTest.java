package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreHealth;
import dev.firn.StoreOptions;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.DiskFullException;
import dev.firn.error.FirnException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.TinyOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An open store whose disk gets full goes on, without being reopened, when there is room again. */
final class FullDiskTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final MemoryDisk disk = new MemoryDisk(files);
  private final TreeMap<Integer, byte[]> model = new TreeMap<>();

  private static StoreOptions options() {
    return TinyOptions.smallest().toBuilder().scrubInterval(Duration.ZERO).build();
  }

  /** Leaves this much room. */
  private void leave(long bytes) {
    files.setCapacityBytes(Long.MAX_VALUE);
    long used = Long.MAX_VALUE - files.usableBytes(MemoryDisk.DIRECTORY);
    files.setCapacityBytes(used + bytes);
  }

  private void put(Store store, Random random) {
    int key = random.nextInt(500);
    byte[] value = new byte[random.nextInt(300)];
    random.nextBytes(value);
    store.tree("t").put(ByteBuffer.allocate(4).putInt(key).array(), value);
    model.put(key, value);
  }

  private void assertHolds(Store store) {
    for (int key = 0; key < 500; key++) {
      assertArrayEquals(
          model.get(key), store.tree("t").get(ByteBuffer.allocate(4).putInt(key).array()));
    }
  }

  private static void awaitNoWarning(Store store) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (store.health().warnings().stream()
        .anyMatch(problem -> !problem.doing().equals("preparing a journal segment"))) {
      assertTrue(System.nanoTime() < end, () -> "still: " + store.health().warnings());
      Thread.onSpinWait();
    }
  }

  @Test
  void flush_isTriedAgain_andTheWarningGoes() {
    Random random = new Random(1);
    try (Store store = disk.open(options())) {
      put(store, random);
      leave(0);
      assertThrows(DiskFullException.class, store::flush);
      StoreHealth health = store.health();
      assertNull(health.failure());
      assertInstanceOf(DiskFullException.class, health.warnings().getFirst().cause());
      try {
        put(store, random);
      } catch (DiskFullException e) {
        // No segment was ready.
      }
      assertThrows(DiskFullException.class, store::flush);
      leave(10 << 20);
      store.flush();
      awaitNoWarning(store);
      assertHolds(store);
      assertTrue(store.stats().tables().count() > 0);
    }
    disk.assertNothingOpen();
  }

  @Test
  void compaction_leavesNothing_andIsTriedAgain() {
    Random random = new Random(2);
    try (Store store = disk.open(options())) {
      for (int run = 0; run < 2; run++) {
        for (int i = 0; i < 60; i++) {
          put(store, random);
        }
        store.flush();
      }
      leave(9000);
      assertThrows(DiskFullException.class, store::compact);
      assertNull(store.health().failure());
      long tables =
          files.list(MemoryDisk.DIRECTORY).stream()
              .filter(n -> FileName.isTemporary(n) || FileName.tableNumber(n).isPresent())
              .count();
      assertEquals(store.stats().tables().count(), tables);
      leave(10 << 20);
      store.compact();
      assertEquals(1, store.stats().tables().levels().size());
      awaitNoWarning(store);
      assertHolds(store);
    }
  }

  @Test
  void write_isRefused_andTheNextOnesAreNot() {
    Random random = new Random(3);
    try (Store store = disk.open(options())) {
      put(store, random);
      leave(0);
      assertThrows(
          DiskFullException.class,
          () -> {
            for (int i = 0; i < 5000; i++) {
              put(store, random);
            }
          });
      assertNull(store.health().failure());
      assertHolds(store);
      leave(10 << 20);
      for (int i = 0; i < 1000; i++) {
        put(store, random);
      }
      store.flush();
      assertHolds(store);
      assertTrue(store.verify().isIntact());
    }
  }

  @Test
  void anyRoom_theStoreGoesOn() {
    Seed.runFor(3_000, seed -> Deadline.call(LIMIT, () -> new FullDiskTest().round(seed)));
  }

  private Void round(long seed) {
    Random random = new Random(seed);
    int full = 0;
    MemoryDisk reopened;
    try (Store store = disk.open(options())) {
      store.tree("t");
      for (int phase = 0; phase < 4; phase++) {
        for (int i = random.nextInt(400); i > 0; i--) {
          put(store, random);
        }
        leave(random.nextInt(60 << 10));
        for (int i = 0; i < 400; i++) {
          try {
            act(store, random);
          } catch (FirnException e) {
            assertInstanceOf(DiskFullException.class, e, () -> "" + e);
            full++;
          }
        }
        StoreHealth health = store.health();
        assertNull(health.failure(), () -> "" + health);
        assertHolds(store);
        reopened = new MemoryDisk(files.processKillClone());
        reopened.files().setCapacityBytes(Long.MAX_VALUE);
        try (Store again = reopened.open(options())) {
          assertHolds(again);
          assertTrue(again.verify().isIntact());
        }
        files.setCapacityBytes(Long.MAX_VALUE);
        store.flush();
      }
      awaitNoWarning(store);
      store.compact();
      assertHolds(store);
      assertTrue(store.verify().isIntact());
    }
    System.out.println(full + " times full");
    disk.assertNothingOpen();
    try (Store store = disk.open(options())) {
      assertHolds(store);
    }
    return null;
  }

  private void act(Store store, Random random) {
    switch (random.nextInt(100)) {
      case 0 -> store.flush();
      case 1 -> store.compact();
      case 2 -> store.tree("x" + random.nextInt(3));
      case 3 -> store.dropTree("x" + random.nextInt(3));
      case 4 -> store.sync();
      default -> put(store, random);
    }
  }
}
