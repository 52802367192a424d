package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.StoreStats;
import dev.firn.Tree;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Level-0 runs of an idle store, too few to be compacted for their number, are compacted once
 * cursors have read as much as the compaction costs, and not earlier.
 */
class ReadTriggeredCompactionTest {

  private static final int ENTRIES = 5000;

  /** Longer than a store needs to become idle. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

  private static final StoreOptions OPTIONS =
      TinyOptions.smallest().toBuilder().levelBaseBytes(1 << 20).tableBytes(64 << 10).build();

  @Test
  void walks_triggerACompaction() throws Exception {
    assertTriggers(tree -> assertEquals(ENTRIES, walk(tree, true)));
  }

  @Test
  void walksBackwards_triggerACompaction() throws Exception {
    assertTriggers(tree -> assertEquals(ENTRIES, walk(tree, false)));
  }

  @Test
  void seeks_triggerACompaction() throws Exception {
    assertTriggers(
        tree -> {
          for (int i = 0; i < 200; i++) {
            try (Cursor cursor = tree.cursor()) {
              assertTrue(cursor.seek(key(i)));
            }
          }
        });
  }

  @Test
  void gets_triggerNone() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = fill(store);
      long end = System.nanoTime() + REST_NANOS;
      while (System.nanoTime() < end) {
        for (int i = 0; i < ENTRIES; i++) {
          assertTrue(tree.contains(key(i)));
        }
      }
      assertEquals(2, runs(store.stats()));
    }
  }

  private static void assertTriggers(Consumer<Tree> read) throws Exception {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = fill(store);
      assertEquals(2, runs(store.stats()));
      Deadline.call(
          Duration.ofSeconds(60),
          () -> {
            while (runs(store.stats()) > 1) {
              read.accept(tree);
            }
            return true;
          });
      assertEquals(ENTRIES, walk(tree, true));
    }
  }

  private static Tree fill(Store store) {
    Tree tree = store.tree("t");
    for (int i = 0; i < ENTRIES; i++) {
      tree.put(key(i), new byte[100]);
    }
    store.compact();
    for (int i = 0; i < ENTRIES; i += 500) {
      tree.put(key(i), new byte[100]);
    }
    store.flush();
    return tree;
  }

  private static int walk(Tree tree, boolean forwards) {
    int count = 0;
    try (Cursor cursor = tree.cursor()) {
      boolean more = forwards ? cursor.first() : cursor.last();
      while (more) {
        count++;
        more = forwards ? cursor.next() : cursor.prev();
      }
    }
    return count;
  }

  private static int runs(StoreStats stats) {
    return stats.tables().levels().stream().mapToInt(StoreStats.Level::runs).sum();
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }
}
