package dev.firn.cli.bench;

import dev.firn.Store;
import dev.firn.StoreStats;
import java.time.Duration;

/**
 * The state of a store once the flushes and compactions that a workload caused have ended.
 *
 * @param settledNanos from the end of the workload to the end of the last of them
 * @param stats of the store then
 */
record Aftermath(long settledNanos, StoreStats stats) {

  /** Waits until no generation is frozen and nothing has changed for this time. */
  static Aftermath await(Store store, Duration rest) throws InterruptedException {
    long ended = System.nanoTime();
    long since = Quiet.await(() -> activity(store), rest);
    return new Aftermath(since - ended, store.stats());
  }

  private static Object activity(Store store) {
    StoreActivity activity = StoreActivity.of(store);
    return activity.frozen() > 0 ? new Object() : activity;
  }

  /** Bytes written to the device, journal included, for each byte of keys and values. */
  double writeAmplification() {
    long user = stats.writes().userBytes();
    return user == 0
        ? 0
        : stats.writeAmplification() + (double) stats.journal().bytesWritten() / user;
  }
}
