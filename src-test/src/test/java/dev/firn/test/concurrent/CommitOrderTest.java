package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.test.Crew;
import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedState;
import dev.firn.test.history.StampedWriter;
import dev.firn.test.history.Writers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/**
 * While several threads write and others flush, compact, create and drop, every snapshot is one
 * prefix of the commit order over all trees, no older than what was acknowledged before it was
 * taken. A snapshot never changes, and nothing is lost at the end.
 */
final class CommitOrderTest {

  private static final Writers WRITERS = new Writers(3, 40);

  @Test
  void memory_everySnapshotIsOnePrefix() {
    Seed.run(seed -> new Round(new MemoryDisk(), seed).run(Duration.ofSeconds(3)));
  }

  @Test
  void realFiles_everySnapshotIsOnePrefix() {
    Seed.run(seed -> new Round(new RealDisk(), seed).run(Duration.ofSeconds(3)));
  }

  private static final class Round {

    private record Held(Snapshot snapshot, StampedState state) {}

    private final Disk disk;
    private final long seed;
    private final StoreOptions options;
    private final Store store;
    private final Crew crew = new Crew();
    private final AtomicLongArray begun = new AtomicLongArray(WRITERS.count());
    private final AtomicLongArray acknowledged = new AtomicLongArray(WRITERS.count());

    Round(Disk disk, long seed) {
      this.disk = disk;
      this.seed = seed;
      options = TinyOptions.of(seed);
      store = disk.open(options);
    }

    void run(Duration time) throws Exception {
      for (int i = 0; i < WRITERS.count(); i++) {
        startWriter(i);
      }
      startSnapshots("snapshots-1", seed + 1);
      startSnapshots("snapshots-2", seed + 2);
      startDisturbance(seed + 3);
      crew.workFor(time);
      long[] all = copy(acknowledged);
      assertHas(store, all);
      assertTrue(store.verify().isIntact());
      store.close();
      disk.assertNothingOpen();
      try (Store again = disk.open(options)) {
        assertHas(again, all);
        assertTrue(again.verify().isIntact());
      }
      disk.assertNothingOpen();
      disk.close();
    }

    private void startWriter(int number) {
      StampedWriter writer = new StampedWriter(WRITERS, store, number, begun, acknowledged);
      Random random = new Random(seed * WRITERS.count() + number);
      crew.start(
          "writer-" + number,
          () -> {
            writer.writeNext(random.nextInt(20) == 0 ? Durability.SYNCED : Durability.BUFFERED);
            writer.assertReadsItself();
          });
    }

    private void startSnapshots(String name, long seed) {
      Random random = new Random(seed);
      Deque<Held> held = new ArrayDeque<>();
      crew.start(
          name,
          () -> {
            long[] min = copy(acknowledged);
            Snapshot snapshot = store.snapshot();
            StampedState state = StampedState.read(WRITERS, store, snapshot);
            state.assertBetween(min, copy(begun));
            held.add(new Held(snapshot, state));
            while (held.size() > 1 + random.nextInt(4)) {
              Held old = held.remove();
              long[] numbers = old.state().numbers();
              StampedState.read(WRITERS, store, old.snapshot()).assertBetween(numbers, numbers);
              old.snapshot().close();
            }
          });
    }

    private void startDisturbance(long seed) {
      Random random = new Random(seed);
      crew.start(
          "disturbance",
          () -> {
            switch (random.nextInt(8)) {
              case 0 -> store.flush();
              case 1 -> store.compact();
              case 2 -> store.sync();
              case 3 -> assertTrue(store.verify().isIntact());
              case 4, 5 -> createAndDrop("extra" + random.nextInt(3), random.nextInt(200));
              default -> Thread.sleep(random.nextInt(30));
            }
          });
    }

    private void createAndDrop(String name, int entries) {
      Tree tree = store.tree(name);
      for (int i = 0; i < entries; i++) {
        tree.put(new byte[] {(byte) i}, new byte[i]);
      }
      try (Cursor cursor = tree.cursor(KeyRange.all())) {
        int count = 0;
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          count++;
        }
        assertTrue(count == entries, "entries of a new tree");
      }
      store.dropTree(name);
    }

    private static void assertHas(Store store, long[] numbers) {
      StampedState.read(WRITERS, store).assertBetween(numbers, numbers);
    }

    private static long[] copy(AtomicLongArray array) {
      long[] copy = new long[array.length()];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = array.get(i);
      }
      return copy;
    }
  }
}
