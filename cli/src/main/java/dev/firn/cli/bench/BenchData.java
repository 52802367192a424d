package dev.firn.cli.bench;

import dev.firn.Store;
import dev.firn.Tree;

/**
 * A store and what is known about what it holds: every key in one of the generations from {@link
 * #oldest} to {@link #newest}, unless it is not {@link #complete}.
 *
 * <p><b>Threading.</b> Workers read the generations; between workloads one thread changes them.
 */
final class BenchData {

  private final Store store;
  private final Tree tree;
  private volatile long oldest;
  private volatile long newest;
  private volatile boolean complete;

  BenchData(Store store) {
    this.store = store;
    this.tree = store.tree("bench");
  }

  Store store() {
    return store;
  }

  Tree tree() {
    return tree;
  }

  long oldest() {
    return oldest;
  }

  long newest() {
    return newest;
  }

  /** Whether every key is there. */
  boolean complete() {
    return complete;
  }

  /** Every key was written once. */
  void filled() {
    complete = true;
  }

  /** Some keys are gone, or never came. */
  void incomplete() {
    complete = false;
  }

  /** Keys are about to be written once more. Called by one thread. */
  void beginGeneration() {
    long next = newest + 1;
    newest = next;
  }

  /** All keys were written once more. */
  void endGeneration() {
    oldest = newest;
  }
}
