package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.sstable.BlockCache;
import dev.firn.test.MemoryDisk;
import dev.firn.test.model.Key;
import dev.firn.test.model.Model;
import dev.firn.test.model.Options;
import dev.firn.version.VersionSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Opens one outcome of a power cut, twice, and checks the promise: the state after one commit over
 * all trees, not earlier than the last durable one; the same in every way of reading; every byte
 * intact; nothing left over in the folder, nothing left open.
 */
final class ImageCheck {

  record Recovered(long commit, Map<String, Integer> trees) {}

  private final Model model;
  private final Set<Key> keys;
  private final Options options;

  /**
   * @param model every commit that was issued
   */
  ImageCheck(Model model, Options options) {
    this.model = model;
    this.keys = model.keys();
    this.options = options;
  }

  /**
   * Checks an image and changes it.
   *
   * @param again whether the second opening finds the files of a first one that was killed, not
   *     closed
   */
  Recovered check(MemoryFileSystem image, DiskSnapshot snapshot, boolean again) {
    MemoryDisk disk = new MemoryDisk(image);
    Map<String, Map<Key, byte[]>> dump;
    Recovered recovered;
    MemoryFileSystem killed;
    try (Store store = disk.open(options.toStoreOptions())) {
      assertNull(store.recovery().damage(), "damage");
      dump = StoreDump.of(store, keys);
      recovered = find(dump, snapshot);
      assertTrue(store.verify().isIntact(), () -> "verify: " + store.verify());
      killed = image.processKillClone();
    }
    disk.assertNothingOpen();
    reopen(new MemoryDisk(again ? killed : image), dump);
    return recovered;
  }

  private Recovered find(Map<String, Map<Key, byte[]>> dump, DiskSnapshot snapshot) {
    for (Map<String, Integer> trees : snapshot.trees()) {
      if (trees.keySet().equals(dump.keySet())) {
        return new Recovered(model.commitOf(dump, trees, snapshot.min(), snapshot.max()), trees);
      }
    }
    throw new AssertionError("trees " + dump.keySet() + " instead of one of " + snapshot.trees());
  }

  private void reopen(MemoryDisk disk, Map<String, Map<Key, byte[]>> dump) {
    try (Store store = disk.open(options.toStoreOptions())) {
      StoreDump.assertSame(dump, StoreDump.of(store, keys));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("at the second opening: " + e, e);
    }
    disk.assertNothingOpen();
    assertTidy(disk.files());
  }

  /** A closed store has the files that it needs and no others. */
  private static void assertTidy(MemoryFileSystem files) {
    Set<String> names = new TreeSet<>(files.list(MemoryDisk.DIRECTORY));
    names.remove(FileName.LOCK);
    names.remove(FileName.CURRENT);
    int manifests = 0;
    Set<Long> tables = new TreeSet<>();
    for (String name : names) {
      boolean known =
          FileName.journalNumber(name).isPresent()
              || FileName.manifestNumber(name).isPresent()
              || FileName.tableNumber(name).isPresent();
      assertTrue(known, () -> "left over: " + name);
      manifests += FileName.manifestNumber(name).isPresent() ? 1 : 0;
      FileName.tableNumber(name).ifPresent(tables::add);
    }
    assertEquals(1, manifests, () -> "manifests among " + names);
    assertEquals(liveTables(files), tables, "tables that the manifest names, and those there are");
  }

  private static Set<Long> liveTables(MemoryFileSystem files) {
    Set<Long> live = new TreeSet<>();
    try (BlockCache cache = new BlockCache(0);
        VersionSet versions =
            VersionSet.open(files, MemoryDisk.DIRECTORY, cache, Runnable::run, 0, false)) {
      versions.state().shape().tables().forEach(table -> live.add(table.number()));
    }
    return live;
  }
}
