package dev.firn.test.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.error.StorageException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.TinyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A closed store leaves no thread, no descriptor, no mapping and no deleted file behind. */
final class LeakTest {

  private static final int CYCLES = 15;

  @Test
  void openedAndClosedManyTimes_leavesNothing() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/maps")));
    RealDisk disk = new RealDisk();
    useStore(disk, 0);
    long descriptors = count(Path.of("/proc/self/fd"));
    Set<String> threads = threads();
    for (int i = 1; i <= CYCLES; i++) {
      useStore(disk, i);
      disk.assertNothingOpen();
    }
    // Another test's thread may have ended meanwhile.
    Set<String> more = threads();
    more.removeAll(threads);
    assertEquals(Set.of(), more, "threads");
    long now = count(Path.of("/proc/self/fd"));
    assertTrue(now <= descriptors + 2, () -> "descriptors: " + descriptors + ", then " + now);
    disk.close();
  }

  private static void useStore(RealDisk disk, int round) {
    Store store = disk.open(TinyOptions.smallest());
    Tree tree = store.tree("t");
    for (int i = 0; i < 300; i++) {
      tree.put(
          ("key" + i % 100).getBytes(java.nio.charset.StandardCharsets.US_ASCII), new byte[200]);
    }
    // The store closes what its users forget to close.
    Cursor cursor = tree.cursor();
    cursor.first();
    Snapshot snapshot = store.snapshot();
    if (round % 2 == 0) {
      store.compact();
    }
    tree.at(snapshot).get(new byte[1]);
    store.close();
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.count();
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> !name.startsWith("ForkJoinPool") && !name.startsWith("surefire"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The store's own threads delete and rename files meanwhile. */
  private static long sizeIfThere(MemoryDisk disk, String name) {
    try {
      return disk.files().size(MemoryDisk.DIRECTORY.resolve(name));
    } catch (StorageException e) {
      return 0;
    }
  }

  /** Overwriting a few keys for a long time does not make the folder grow without bound. */
  @Test
  void overwrittenData_isGivenBack() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(TinyOptions.smallest())) {
      Tree tree = store.tree("t");
      for (int i = 0; i < 20_000; i++) {
        tree.put(new byte[] {(byte) (i % 20)}, new byte[100]);
      }
      store.compact();
      long bytes = 0;
      List<String> names = disk.files().list(MemoryDisk.DIRECTORY);
      for (String name : names) {
        bytes += sizeIfThere(disk, name);
      }
      long found = bytes;
      assertTrue(found < 300_000, () -> found + " bytes for 20 entries: " + names);
      store.dropTree("t");
      store.compact();
      assertEquals(0, store.stats().tables().entries());
    }
    disk.assertNothingOpen();
  }

  @Test
  void closedSnapshots_freeOldVersions() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(TinyOptions.smallest())) {
      Tree tree = store.tree("t");
      Snapshot old = store.snapshot();
      for (int i = 0; i < 500; i++) {
        tree.put(new byte[] {(byte) (i % 5)}, new byte[100]);
        if (i % 50 == 0) {
          store.snapshot().close();
        }
      }
      old.close();
      store.compact();
      assertEquals(5, store.stats().tables().entries());
    }
    disk.assertNothingOpen();
  }
}
