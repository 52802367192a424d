package dev.firn.cli.bench;

import dev.firn.Store;
import dev.firn.StoreStats;
import dev.firn.cli.console.LocalFiles;
import java.time.Duration;

/**
 * What a workload leaves behind once the flushes and merges it caused have ended.
 *
 * @param settledNanos from the end of the workload until nothing moved any more
 * @param stats of the store at that moment
 */
record Aftermath(long settledNanos, StoreStats stats) {

  private static final Duration POLL = Duration.ofMillis(20);
  private static final long QUIET_NANOS = 1_300_000_000L;

  /**
   * Waits until the store is quiet: nothing is left to flush, and nothing has changed for longer
   * than the store itself waits before it takes the load to have fallen, a second: for a
   * while.
   */
  static Aftermath await(Store store, long ended) throws InterruptedException {
    long quietSince = ended;
    Mark before = Mark.of(store);
    while (true) {
      Thread.sleep(POLL);
      Mark now = Mark.of(store);
      if (!now.equals(before) || now.frozen > 0) {
        before = now;
        quietSince = System.nanoTime();
      } else if (System.nanoTime() - quietSince > QUIET_NANOS) {
        return new Aftermath(quietSince - ended, store.stats());
      }
    }
  }

  /** Bytes written to the device, journal included, for each byte of keys and values. */
  double writeAmplification() {
    long user = stats.writes().userBytes();
    return user == 0
        ? 0
        : stats.writeAmplification() + (double) stats.journal().bytesWritten() / user;
  }

  /** What flushes and merges change; a file that is being written counts. */
  private record Mark(long diskBytes, int frozen, long flushes, long compactions) {
    static Mark of(Store store) {
      StoreStats stats = store.stats();
      return new Mark(
          LocalFiles.sizeOfTree(store.directory()),
          stats.memory().frozenMemTables(),
          stats.flushes().count(),
          stats.compactions().count());
    }
  }
}
