package dev.firn.test.compare.store;

import dev.firn.Compression;
import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.cli.bench.StoreActivity;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.FirnClient;
import dev.firn.test.compare.workload.StoreAdapter;
import dev.firn.test.compare.workload.StoreSettings;

/** Firn, with its default options but for the compression. */
final class FirnAdapter implements StoreAdapter {

  private final Store store;
  private final Tree tree;
  private final Durability durability;

  FirnAdapter(StoreSettings settings, Compression compression) {
    this.store =
        Store.open(settings.folder(), StoreOptions.builder().compression(compression).build());
    this.tree = store.tree("compare");
    this.durability = settings.synced() ? Durability.SYNCED : Durability.BUFFERED;
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
  public void close() {
    store.close();
  }
}
