package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.test.Deadline;
import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import dev.firn.test.TinyOptions;
import dev.firn.test.WalkOrder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * A store is closed while threads use it in every way: each thread gets an
 * {@link IllegalStateException} that says closed, nothing else goes wrong, and every acknowledged
 * write is there after reopening.
 */
final class CloseRaceTest {

  private static final int THREADS = 4;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void memory_closeUnderLoad_onlySaysClosed() {
    Seed.runFor(2_000, seed -> Deadline.call(LIMIT, () -> new Round(MemoryDisk::new, seed).run()));
  }

  @Test
  void realFiles_closeUnderLoad_onlySaysClosed() {
    Seed.runFor(2_000, seed -> Deadline.call(LIMIT, () -> new Round(RealDisk::new, seed).run()));
  }

  private static final class Round {

    private final long seed;
    private final Disk disk;
    private final Store store;
    private final Tree tree;
    private final long[] acknowledged = new long[THREADS];
    private final List<Throwable> unexpected = new ArrayList<>();

    Round(Supplier<Disk> disks, long seed) {
      this.seed = seed;
      disk = disks.get();
      store = disk.open(TinyOptions.of(seed));
      tree = store.tree("t");
    }

    boolean run() throws Exception {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        threads.add(Thread.ofPlatform().daemon().start(() -> workUntilClosed(number)));
      }
      Random random = new Random(seed);
      Thread.sleep(random.nextInt(60), random.nextInt(1_000_000));
      Thread second = Thread.ofPlatform().daemon().start(store::close);
      store.close();
      assertFalse(store.isOpen());
      second.join();
      for (Thread thread : threads) {
        thread.join();
      }
      for (Throwable e : unexpected) {
        throw new AssertionError("while the store was being closed: " + e, e);
      }
      disk.assertNothingOpen();
      assertNothingLost();
      disk.assertNothingOpen();
      disk.close();
      return true;
    }

    private void workUntilClosed(int number) {
      Random random = new Random(seed * THREADS + number);
      List<AutoCloseable> held = new ArrayList<>();
      try {
        while (true) {
          work(number, random, held);
        }
      } catch (IllegalStateException e) {
        if (!String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("closed")) {
          record(e);
        }
      } catch (Throwable e) {
        record(e);
      }
      try {
        for (AutoCloseable one : held) {
          one.close();
        }
      } catch (Throwable e) {
        record(e);
      }
    }

    private void record(Throwable e) {
      synchronized (unexpected) {
        unexpected.add(e);
      }
    }

    private void work(int number, Random random, List<AutoCloseable> held) {
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3 -> write(number, Durability.BUFFERED);
        case 4 -> write(number, Durability.SYNCED);
        case 5 -> tree.put(new byte[] {(byte) number}, new byte[random.nextInt(9000)]);
        case 6, 7 -> tree.get(key(number, random.nextInt(50)));
        case 8, 9 -> scan(tree.cursor());
        case 10 -> {
          Snapshot snapshot = store.snapshot();
          held.add(snapshot);
          scan(tree.at(snapshot).cursor());
        }
        case 11 -> {
          Cursor cursor = tree.cursor();
          held.add(cursor);
          cursor.seek(key(number, 10));
        }
        case 12 -> {
          if (!held.isEmpty()) {
            scanHeld(held.get(random.nextInt(held.size())));
          }
        }
        case 13 -> store.flush();
        case 14 -> {
          if (random.nextInt(5) == 0) {
            store.compact();
          } else {
            store.sync();
          }
        }
        default -> other(random);
      }
    }

    private void other(Random random) {
      switch (random.nextInt(6)) {
        case 0 -> store.tree("u" + random.nextInt(3)).put(new byte[1], new byte[1]);
        case 1 -> assertTrue(store.verify().isIntact());
        case 2 -> assertTrue(store.stats().lastSequence() >= 0);
        case 3 -> assertTrue(store.treeNames().contains("t"));
        case 4 -> assertTrue(acknowledged[0] == 0 || tree.contains(key(0, 1)));
        default -> Thread.yield();
      }
    }

    private void write(int number, Durability durability) {
      long next = acknowledged[number] + 1;
      WriteBatch batch = new WriteBatch();
      batch.put(tree, key(number, next), value(next));
      batch.put(tree, key(number, 0), value(next));
      store.write(batch, durability);
      acknowledged[number] = next;
    }

    private static void scan(Cursor cursor) {
      try (cursor) {
        WalkOrder order = WalkOrder.forwards();
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          order.check(cursor);
          cursor.value().byteSize();
        }
      }
    }

    private static void scanHeld(AutoCloseable one) {
      if (one instanceof Cursor cursor) {
        WalkOrder order = WalkOrder.backwards();
        for (boolean more = cursor.last(); more; more = cursor.prev()) {
          order.check(cursor);
          cursor.copyValue(java.lang.foreign.MemorySegment.ofArray(new byte[50]));
        }
      }
    }

    private void assertNothingLost() {
      try (Store again = disk.open(TinyOptions.of(seed + 1))) {
        Tree tree = again.tree("t");
        for (int number = 0; number < THREADS; number++) {
          for (long n = 1; n <= acknowledged[number]; n++) {
            assertArrayEquals(value(n), tree.get(key(number, n)), "acknowledged write " + n);
          }
          assertLast(number, tree.get(key(number, 0)));
        }
      }
    }

    /** The write in flight at the closing may be there or not. */
    private void assertLast(int number, byte[] value) {
      long last = value == null ? 0 : ByteBuffer.wrap(value).getLong();
      assertEquals(0.5, last - acknowledged[number], 0.5, "last write");
    }

    private static byte[] key(int number, long n) {
      return ByteBuffer.allocate(12).putInt(number).putLong(n).array();
    }

    private static byte[] value(long n) {
      return ByteBuffer.allocate(8 + (int) (n % 300)).putLong(n).array();
    }
  }
}
