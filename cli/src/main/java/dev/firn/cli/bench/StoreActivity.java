package dev.firn.cli.bench;

import dev.firn.Store;
import dev.firn.StoreStats;
import dev.firn.cli.console.LocalFiles;

/**
 * What flushes and compactions change: equal twice in a row means that none made progress between.
 *
 * @param diskBytes size of all files; grows while a file is being written
 * @param frozen count of generations that wait for a flush
 */
public record StoreActivity(long diskBytes, int frozen, long flushes, long compactions) {

  /** The activity of a store now. */
  public static StoreActivity of(Store store) {
    StoreStats stats = store.stats();
    return new StoreActivity(
        LocalFiles.sizeOfTree(store.directory()),
        stats.memory().frozenMemTables(),
        stats.flushes().count(),
        stats.compactions().count());
  }
}
