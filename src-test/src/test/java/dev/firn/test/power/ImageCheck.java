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
 * Opens what a power cut left, twice, and checks that it is what was promised: the state after one
 * commit over all trees, not before the last durable one; the same whichever way it is read; every
 * byte intact; nothing left over in the folder and nothing left open.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class ImageCheck {

  /** What was found in an image. */
  record Recovered(long commit, Map<String, Integer> trees) {}

  private final Model model;
  private final Set<Key> keys;
  private final Options options;

  /**
   * @param model everything that was ever issued
   */
  ImageCheck(Model model, Options options) {
    this.model = model;
    this.keys = model.keys();
    this.options = options;
  }

  /**
   * Checks an image, which is changed by that.
   *
   * @param again whether to open it the second time as the first opening would have left it had it
   *     been killed, instead of closed
   */
  Recovered check(MemoryFileSystem image, DiskSnapshot shot, boolean again) {
    MemoryDisk disk = new MemoryDisk(image);
    Map<String, Map<Key, byte[]>> dump;
    Recovered recovered;
    MemoryFileSystem killed;
    try (Store store = disk.open(options.toStoreOptions())) {
      assertNull(store.recovery().damage(), "damage");
      dump = StoreDump.of(store, keys);
      recovered = find(dump, shot);
      assertTrue(store.verify().isIntact(), () -> "verify: " + store.verify());
      killed = image.processKillClone();
    }
    disk.assertNothingOpen();
    reopen(new MemoryDisk(again ? killed : image), dump);
    return recovered;
  }

  /** Which of the states that may be there a store holds. */
  private Recovered find(Map<String, Map<Key, byte[]>> dump, DiskSnapshot shot) {
    for (Map<String, Integer> trees : shot.trees()) {
      if (trees.keySet().equals(dump.keySet())) {
        return new Recovered(model.commitOf(dump, trees, shot.least(), shot.most()), trees);
      }
    }
    throw new AssertionError("trees " + dump.keySet() + " instead of one of " + shot.trees());
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

  /** A store that was closed has the files that it needs and no others. */
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
