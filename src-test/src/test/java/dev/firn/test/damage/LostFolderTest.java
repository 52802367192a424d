package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.error.StoreFailedException;
import dev.firn.test.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The folder of an open store is moved, deleted or replaced: the store fails and writes nowhere.
 */
final class LostFolderTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.builder().syncInterval(Duration.ofMillis(20)).build();

  private static final StoreOptions SELDOM =
      StoreOptions.builder().syncInterval(Duration.ofHours(1)).build();

  private final RealDisk disk = new RealDisk();
  private final Path folder = disk.directory().resolve("store");
  private final Path moved = disk.directory().resolve("moved");

  @AfterEach
  void close() {
    disk.close();
  }

  private static void put(Tree tree, int i) {
    tree.put(new byte[] {(byte) i}, new byte[100], Durability.SYNCED);
  }

  /** Writes until the store fails; it must within the sync interval. */
  private static void assertFailsSoon(Store store) throws InterruptedException {
    Tree tree = store.tree("t");
    while (store.health().failure() == null) {
      Thread.sleep(1);
    }
    assertThrows(StoreFailedException.class, () -> put(tree, 1));
    String message = String.valueOf(store.health().failure());
    assertTrue(message.contains("LOCK"), message);
    assertThrows(StoreFailedException.class, store::close);
  }

  @Test
  void moved_failsWithinTheSyncInterval() throws Exception {
    Store store = Store.open(folder, OPTIONS);
    put(store.tree("t"), 0);
    Files.move(folder, moved);
    assertFailsSoon(store);
    try (Store again = Store.open(moved, OPTIONS)) {
      assertTrue(again.tree("t").contains(new byte[] {0}));
    }
  }

  @Test
  void deleted_failsWithinTheSyncInterval() throws Exception {
    Store store = Store.open(folder, OPTIONS);
    put(store.tree("t"), 0);
    RealDisk.delete(folder);
    assertFailsSoon(store);
    assertFalse(Files.exists(folder));
  }

  @Test
  void moved_closeSaysSo() throws Exception {
    Store store = Store.open(folder, SELDOM);
    put(store.tree("t"), 0);
    Files.move(folder, moved);
    assertThrows(StoreFailedException.class, store::close);
    try (Store again = Store.open(moved, SELDOM)) {
      assertTrue(again.tree("t").contains(new byte[] {0}));
    }
  }

  @Test
  void replacedByACopy_strangerIsNotWritten() throws Exception {
    Store store = Store.open(folder, SELDOM);
    put(store.tree("t"), 0);
    Files.move(folder, moved);
    copy(moved, folder);
    Map<String, byte[]> before = content(folder);
    assertThrows(StoreFailedException.class, store::flush);
    assertThrows(StoreFailedException.class, () -> store.tree("other"));
    assertThrows(StoreFailedException.class, store::close);
    Map<String, byte[]> after = content(folder);
    assertEquals(before.keySet(), after.keySet());
    for (String name : before.keySet()) {
      assertEquals(-1, Arrays.mismatch(before.get(name), after.get(name)), name);
    }
    for (Path each : new Path[] {folder, moved}) {
      try (Store again = Store.open(each, SELDOM)) {
        assertTrue(again.tree("t").contains(new byte[] {0}));
      }
    }
  }

  @Test
  void claimReplaced_ownerFailsBeforeItWrites() throws Exception {
    Store store = Store.open(folder, SELDOM);
    put(store.tree("t"), 0);
    Path lock = folder.resolve("LOCK");
    Files.writeString(lock, Files.readString(lock).replaceAll("claim [0-9a-f]+", "claim abc"));
    assertThrows(StoreFailedException.class, () -> store.tree("other"));
    assertThrows(StoreFailedException.class, store::close);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static Map<String, byte[]> content(Path folder) throws IOException {
    Map<String, byte[]> content = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        content.put(file.getFileName() + "", Files.readAllBytes(file));
      }
    }
    return content;
  }
}
