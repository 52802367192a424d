package dev.firn.test.compare.workload;

import dev.firn.cli.bench.Quiet;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A store under comparison, opened on an empty folder.
 *
 * <p><b>Threading.</b> Clients are made by any thread, and each belongs to one. The rest is called
 * while no client works.
 *
 * <p><b>Ownership.</b> Closed after its clients.
 */
public interface StoreAdapter extends AutoCloseable {

  /** One thread's access to the store. */
  Client client(EntryMemory memory);

  /**
   * Puts what is in memory to its place on disk, and waits for the end of the background work.
   *
   * @return when it ended, by {@link System#nanoTime}
   */
  long settle() throws InterruptedException;

  /** Waits until the state has been the same for longer than a store waits before it tidies up. */
  default long awaitQuiet(Supplier<Object> state) throws InterruptedException {
    return Quiet.await(state, Duration.ofSeconds(2));
  }

  @Override
  void close();
}
