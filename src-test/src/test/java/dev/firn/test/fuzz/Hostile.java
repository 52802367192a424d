package dev.firn.test.fuzz;

import dev.firn.Cursor;
import dev.firn.MultiCursor;
import dev.firn.MultiTree;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Uses a store with forged files. It may hold anything, but nothing is left open, and failures obey
 * {@link Limits}.
 */
final class Hostile {

  private static final int MAX_STEPS = 200_000;

  /** Referenced, because an unreferenced logger loses its level. */
  private static final Logger LOG = Logger.getLogger("dev.firn");

  private Hostile() {}

  static StoreOptions options() {
    return StoreOptions.builder()
        .journalSegmentBytes(16 << 10)
        .blockBytes(256)
        .tableBytes(8 << 10)
        .blockCacheBytes(64 << 10)
        .scrubInterval(Duration.ZERO)
        .syncInterval(Duration.ZERO)
        .build();
  }

  static void use(StoreImage image) {
    LOG.setLevel(Level.OFF);
    MemoryDisk disk = new MemoryDisk(image.toFileSystem());
    Limits.attempt(
        () -> {
          try (Store store = disk.open(options())) {
            use(store);
          }
        });
    disk.assertNothingOpen();
  }

  private static void use(Store store) {
    Limits.attempt(() -> store.verify());
    for (String name : store.treeNames()) {
      if (store.isMultiTree(name)) {
        MultiTree multi = store.multiTree(name);
        Limits.attempt(() -> scan(multi));
        Limits.attempt(() -> multi.count(new byte[] {'k'}));
      } else {
        usePlain(store, name);
      }
    }
    Limits.attempt(() -> store.tree("new").put(new byte[1], new byte[1]));
    Limits.attempt(store::compact);
    Limits.check(store.health() != null && store.stats() != null, "no health");
  }

  private static void usePlain(Store store, String name) {
    Tree tree;
    try {
      tree = store.tree(name);
    } catch (IllegalArgumentException e) {
      boolean asked = String.valueOf(e.getMessage()).contains("merge operator");
      Limits.check(asked, e);
      return;
    }
    Limits.attempt(() -> scan(tree));
    Limits.attempt(() -> tree.get(new byte[] {'k'}));
  }

  private static void scan(MultiTree tree) {
    try (MultiCursor cursor = tree.cursor()) {
      int steps = 0;
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        Limits.check(++steps < MAX_STEPS, "scans for ever");
        byte[] key = cursor.keyBytes();
        byte[] value = cursor.valueBytes();
        if (steps % 8 == 0) {
          Limits.attempt(() -> tree.contains(key, value));
        }
      }
      for (boolean more = cursor.last(); more; more = cursor.prevKey()) {
        Limits.check(++steps < MAX_STEPS, "scans back for ever");
      }
    }
  }

  private static void scan(Tree tree) {
    try (Cursor cursor = tree.cursor()) {
      int steps = 0;
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        Limits.check(++steps < MAX_STEPS, "scans for ever");
        byte[] key = cursor.keyBytes();
        if (steps % 8 == 0) {
          Limits.attempt(() -> tree.get(key));
        }
        cursor.valueBytes();
      }
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        Limits.check(++steps < MAX_STEPS, "scans back for ever");
      }
    }
  }
}
