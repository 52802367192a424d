package dev.firn.test.damage;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import dev.firn.test.history.StampedWriter;
import dev.firn.test.history.Writers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A small store with files of every kind and several of some, whose content is known.
 *
 * @param image its files
 * @param batches how many batches one writer wrote to it
 */
record Sample(StoreImage image, long batches) {

  /** One writer, enough keys for several tables. */
  static final Writers CAST = new Writers(1, 150);

  private static final int BATCHES = 400;

  static StoreOptions options() {
    return TinyOptions.smallest().toBuilder().tableBytes(4 << 10).build();
  }

  /** As its process left it when it closed the store. */
  static Sample closed() {
    return closed(options());
  }

  /** The same, written with some options. */
  static Sample closed(StoreOptions options) {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(options)) {
      fill(store);
    }
    return new Sample(StoreImage.of(disk.files(), MemoryDisk.DIRECTORY), BATCHES);
  }

  /** As closed after everything was merged, so that opening it has nothing to merge. */
  static Sample merged() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(options())) {
      fill(store);
      store.compact();
    }
    return new Sample(StoreImage.of(disk.files(), MemoryDisk.DIRECTORY), BATCHES);
  }

  /** As its process left it when it was killed: with a journal that holds what no table does. */
  static Sample killed() {
    return killed(options());
  }

  /** The same, written with some options. */
  static Sample killed(StoreOptions options) {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(options)) {
      fill(store);
      return new Sample(
          StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY), BATCHES);
    }
  }

  /** The name of the journal that holds the last batch; empty when there is none. */
  String newestJournal() {
    String key = new String(keyOf(batches), StandardCharsets.ISO_8859_1);
    return image.names().stream()
        .filter(name -> StoreImage.kind(name).equals("journal"))
        .filter(name -> new String(image.bytes(name), StandardCharsets.ISO_8859_1).contains(key))
        .reduce("", (first, second) -> second);
  }

  /** The key that a batch has for itself. */
  static byte[] keyOf(long batch) {
    return Writers.logKey(0, batch);
  }

  private static void fill(Store store) {
    AtomicLongArray begun = new AtomicLongArray(1);
    StampedWriter writer = new StampedWriter(CAST, store, 0, begun, new AtomicLongArray(1));
    for (int i = 1; i <= BATCHES; i++) {
      writer.writeNext(i % 50 == 20 ? Durability.SYNCED : Durability.BUFFERED);
      if (i % 150 == 0) {
        store.flush();
      }
    }
  }
}
