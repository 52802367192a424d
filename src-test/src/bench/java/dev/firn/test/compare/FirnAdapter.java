package dev.firn.test.compare;

import dev.firn.Compression;
import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.StoreStats;
import dev.firn.Tree;
import dev.firn.cli.bench.StoreActivity;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.FirnClient;
import java.nio.file.Path;

/** Firn, with its default options but for the compression. */
final class FirnAdapter implements StoreAdapter {

  private final Store store;
  private final Tree tree;
  private final Durability durability;

  FirnAdapter(Path folder, boolean synced, Compression compression) {
    this.store = Store.open(folder, StoreOptions.builder().compression(compression).build());
    this.tree = store.tree("compare");
    this.durability = synced ? Durability.SYNCED : Durability.BUFFERED;
  }

  @Override
  public Client client(EntryMemory memory) {
    return new FirnClient(store, tree, durability, false, memory);
  }

  @Override
  public long settle() throws InterruptedException {
    store.flush();
    return awaitQuiet(() -> StoreActivity.of(store));
  }

  @Override
  public long tableBytesWritten() {
    StoreStats stats = store.stats();
    return stats.flushes().bytesWritten() + stats.compactions().bytesWritten();
  }

  @Override
  public long diskBytes() {
    return LocalFiles.sizeOfTree(store.directory());
  }

  @Override
  public long tableBytes() {
    return store.stats().tables().bytes();
  }

  @Override
  public void close() {
    store.close();
  }
}
