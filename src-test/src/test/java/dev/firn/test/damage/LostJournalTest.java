package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * A store that was open has a journal: a folder without it, or without a part of it, is refused.
 */
final class LostJournalTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.builder().journalSegmentBytes(16 << 10).createIfMissing(true).build();

  private final MemoryDisk disk = new MemoryDisk();

  private static void put(Store store, int from, int to) {
    Tree tree = store.tree("t");
    for (int i = from; i < to; i++) {
      tree.put(key(i), new byte[100]);
    }
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }

  private StoreImage killed() {
    MemoryFileSystem left = disk.files().processKillClone();
    return StoreImage.of(left, MemoryDisk.DIRECTORY);
  }

  private static List<String> journals(StoreImage image) {
    return image.names().stream().filter(name -> StoreImage.kind(name).equals("journal")).toList();
  }

  private static StoreImage withoutJournal(StoreImage image) {
    StoreImage left = image;
    for (String name : journals(image)) {
      left = left.without(name);
    }
    return left;
  }

  private static void assertRefused(StoreImage image) {
    MemoryDisk left = new MemoryDisk(image.toFileSystem());
    CorruptionException e = assertThrows(CorruptionException.class, () -> left.open(OPTIONS));
    assertTrue(e.file().endsWith(".journal"), e.getMessage());
    assertTrue(e.getMessage().contains("salvage"), e.getMessage());
    left.assertNothingOpen();
    assertEquals(List.of(), image.differences(StoreImage.of(left.files(), MemoryDisk.DIRECTORY)));
  }

  private static int count(StoreImage image, StoreOptions options) {
    try (Store store = new MemoryDisk(image.toFileSystem()).open(options)) {
      return count(store);
    }
  }

  private static int count(Store store) {
    int count = 0;
    for (int i = 0; i < 10_000; i++) {
      count += store.tree("t").contains(key(i)) ? 1 : 0;
    }
    return count;
  }

  @Test
  void newStore_withoutItsJournal() {
    try (Store store = disk.open(OPTIONS)) {
      put(store, 0, 10);
      StoreImage image = killed();
      assertEquals(10, count(image, OPTIONS));
      assertRefused(withoutJournal(image));
    }
  }

  @Test
  void salvage_acceptsTheLossForGood() {
    StoreImage image;
    try (Store store = disk.open(OPTIONS)) {
      put(store, 0, 10);
      store.flush();
      put(store, 10, 20);
      image = withoutJournal(killed());
    }
    MemoryDisk left = new MemoryDisk(image.toFileSystem());
    try (Store store = left.open(OPTIONS.toBuilder().salvage(true).build())) {
      assertNotNull(store.recovery().damage());
      assertEquals(10, count(store));
    }
    try (Store store = left.open(OPTIONS)) {
      assertNull(store.recovery().damage());
      assertEquals(10, count(store));
    }
  }

  /** A flush names the segment in use; a write after a flush of all names the next one. */
  @Test
  void flushedStore_withoutTheJournalOfLaterWrites() {
    try (Store store = disk.open(OPTIONS)) {
      for (int round = 0; round < 4; round++) {
        put(store, 1000 * round, 1000 * round + 500);
        store.flush();
        put(store, 1000 * round + 500, 1000 * round + 501);
        assertRefused(withoutJournal(killed()));
      }
    }
  }

  @Test
  void flushedStore_needsNoJournal() {
    try (Store store = disk.open(OPTIONS)) {
      put(store, 0, 500);
      store.flush();
      assertEquals(500, count(withoutJournal(killed()), OPTIONS));
    }
    assertEquals(500, count(withoutJournal(killed()), OPTIONS));
  }

  @Test
  void recoveredStore_withoutItsJournal() {
    StoreImage first;
    try (Store store = disk.open(OPTIONS)) {
      put(store, 0, 10);
      first = killed();
    }
    MemoryDisk second = new MemoryDisk(first.toFileSystem());
    // As the store is before its recovered entries are flushed.
    AtomicReference<StoreImage> taken = new AtomicReference<>();
    MemoryFileSystem files = second.files();
    files.failBefore(
        (operation, path) -> {
          if (taken.get() == null && path.toString().endsWith(".table.tmp")) {
            taken.set(StoreImage.of(files.processKillClone(), MemoryDisk.DIRECTORY));
          }
        });
    second.open(OPTIONS).close();
    StoreImage image = taken.get();
    assertEquals(10, count(image, OPTIONS));
    assertRefused(withoutJournal(image));
  }

  /** Each segment with entries is needed, but for the newest: nothing may have named them yet. */
  @Test
  void oneSegmentLess_isRefused() {
    try (Store store = disk.open(OPTIONS)) {
      int refused = 0;
      // The flush thread may have needed no time: then no segment has entries of its own.
      for (int round = 0; refused == 0; round++) {
        assertTrue(round < 100);
        put(store, 0, 2000);
        StoreImage image = killed();
        assertEquals(2000, count(image, OPTIONS));
        List<String> names = journals(image);
        for (String name : names.subList(0, names.size() - 3)) {
          refused += isRefused(image.without(name)) ? 1 : 0;
        }
      }
    }
  }

  /** Whether an image does not open; else all is there. */
  private static boolean isRefused(StoreImage image) {
    try {
      assertEquals(2000, count(image, OPTIONS));
      return false;
    } catch (CorruptionException e) {
      return true;
    }
  }

  /** Copies of a live folder that left out the files that vanished while they ran. */
  @Test
  void copyOfALiveFolder_isRefusedOrWhole() {
    try (Store store = disk.open(OPTIONS)) {
      put(store, 0, 1000);
      StoreImage before = killed();
      put(store, 1000, 4000);
      store.flush();
      put(store, 4000, 4010);
      StoreImage after = killed();
      // Listed first; the manifest copied at once, the rest when much of it was gone.
      assertTrue(refusedOrCount(copy(before, before, after)) >= 1000);
      // Listed first, all copied late: new files are not in the list.
      assertTrue(refusedOrCount(copy(before, after, after)) >= 4000);
      // The manifest copied first, the list made late.
      assertTrue(refusedOrCount(copy(after, before, after)) >= 1000);
      // Listed and copied before, and only the manifest copied late.
      assertTrue(refusedOrCount(copy(before, after, before)) >= 4000);
    }
  }

  private static int refusedOrCount(StoreImage image) {
    try {
      return count(image, OPTIONS);
    } catch (CorruptionException e) {
      return Integer.MAX_VALUE;
    }
  }

  private static StoreImage copy(StoreImage listed, StoreImage manifest, StoreImage data) {
    StoreImage copy = data;
    for (String name : data.names()) {
      if (!listed.names().contains(name)) {
        copy = copy.without(name);
      }
    }
    for (String name : List.of("CURRENT", manifestOf(manifest))) {
      copy = copy.with(name, manifest.bytes(name));
    }
    return copy;
  }

  private static String manifestOf(StoreImage image) {
    return image.names().stream()
        .filter(name -> StoreImage.kind(name).equals("manifest"))
        .findFirst()
        .orElseThrow();
  }
}
