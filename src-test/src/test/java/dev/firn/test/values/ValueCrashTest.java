package dev.firn.test.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The process is killed or the power is cut while segments become value files, values move, dead
 * parts become holes, and value files are deleted: no acknowledged value is lost.
 */
final class ValueCrashTest {

  private static final int KEYS = 40;
  private static final int WRITES = 260;

  /** A clone of the disk, and the newest write of each key that must be there. */
  private record Cut(Disk disk, int[] atLeast, int begun) {}

  private static StoreOptions options(Random random, int maxValueBytes) {
    return StoreOptions.builder()
        .journalSegmentBytes(Math.max(16 << 10, 8 * maxValueBytes & -4096))
        .minValueFileBytes(256)
        .tableBytes(8 << 10)
        .levelBaseBytes(16 << 10)
        .syncInterval(random.nextBoolean() ? Duration.ofMillis(3) : Duration.ZERO)
        .build();
  }

  private static byte[] key(int i) {
    return new byte[] {(byte) i};
  }

  private static byte[] value(int write, int maxBytes) {
    Random random = new Random(write);
    byte[] value = new byte[maxBytes / 8 + random.nextInt(maxBytes * 7 / 8)];
    random.nextBytes(value);
    ByteBuffer.wrap(value).putInt(write);
    return value;
  }

  @Test
  void anyMoment_losesNothingAcknowledged() {
    Seed.runFor(4_000, seed -> run(seed, 1700));
  }

  @Test
  void anyMoment_betweenHoles_losesNothingAcknowledged() {
    Seed.runFor(4_000, seed -> run(seed, 20_000));
  }

  private static void run(long seed, int maxValueBytes) {
    Random random = new Random(seed);
    MemoryDisk disk = new MemoryDisk();
    List<Cut> cuts = new ArrayList<>();
    int[] written = new int[KEYS];
    int[] durable = new int[KEYS];
    try (Store store = disk.open(options(random, maxValueBytes))) {
      Tree tree = store.tree("t");
      for (int write = 1; write <= WRITES; write++) {
        int at = random.nextInt(KEYS);
        boolean synced = random.nextInt(8) == 0;
        tree.put(
            key(at), value(write, maxValueBytes), synced ? Durability.SYNCED : Durability.BUFFERED);
        written[at] = write;
        if (synced) {
          durable = written.clone();
        }
        if (random.nextInt(60) == 0) {
          store.compact();
          durable = written.clone();
        }
        if (random.nextInt(25) == 0) {
          boolean power = random.nextBoolean();
          Disk left = power ? disk.afterPowerCut(random.nextLong()) : disk.afterKill();
          cuts.add(new Cut(left, power ? durable.clone() : written.clone(), write));
        }
      }
    }
    cuts.add(new Cut(disk.afterPowerCut(seed), written.clone(), WRITES));
    cuts.forEach(cut -> assertHolds(cut, random, maxValueBytes));
  }

  private static void assertHolds(Cut cut, Random random, int maxValueBytes) {
    for (int opening = 0; opening < 2; opening++) {
      try (Store store = cut.disk().open(options(random, maxValueBytes))) {
        Tree tree = store.tree("t");
        for (int i = 0; i < KEYS; i++) {
          byte[] found = tree.get(key(i));
          if (found == null) {
            assertTrue(cut.atLeast()[i] == 0, "a value is lost");
            continue;
          }
          int write = ByteBuffer.wrap(found).getInt();
          assertTrue(write >= cut.atLeast()[i] && write <= cut.begun(), "an older value is back");
          assertArrayEquals(value(write, maxValueBytes), found);
        }
        assertTrue(store.verify().isIntact());
        assertNotNull(store.stats());
        store.compact();
      }
      cut.disk().assertNothingOpen();
    }
  }
}
