package dev.firn.cli.bench;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.cli.workload.Client;
import dev.firn.cli.workload.EntryMemory;
import dev.firn.cli.workload.Expected;
import dev.firn.cli.workload.FirnClient;

/**
 * A store and what it must hold.
 *
 * <p><b>Threading.</b> Clients are made by any thread; the rest belongs to one.
 */
final class BenchData {

  private final Store store;
  private final Tree tree;
  private final Expected expected;
  private boolean complete;

  BenchData(Store store, Expected expected) {
    this.store = store;
    this.tree = store.tree("bench");
    this.expected = expected;
  }

  Store store() {
    return store;
  }

  Expected expected() {
    return expected;
  }

  Client client(Durability durability, EntryMemory memory) {
    return new FirnClient(store, tree, durability, true, memory);
  }

  /** Whether the store holds every key. */
  boolean complete() {
    return complete;
  }

  void setComplete(boolean complete) {
    this.complete = complete;
  }
}
