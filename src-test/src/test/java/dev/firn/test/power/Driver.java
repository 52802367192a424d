package dev.firn.test.power;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.WriteBatch;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.model.Model;
import dev.firn.test.model.Operation;
import dev.firn.test.model.Operation.Entry;
import dev.firn.test.model.Script;
import dev.firn.test.model.TransactionWrite;
import dev.firn.test.model.Trees;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Performs the writing operations of a script on a store and keeps what it promised: a commit is in
 * the model before the store gets it, and counts as durable after the store has acknowledged that.
 *
 * <p><b>Threading.</b> {@link #run} has one thread; any thread may call {@link #snapshot}.
 */
final class Driver {

  private final MemoryDisk disk;
  private final Script script;
  private final Model model;
  private final Runnable afterEach;

  /** The sets of trees, one per change, in order. */
  private final List<Map<String, Integer>> catalogues = new CopyOnWriteArrayList<>();

  private final WriteBatch batch = new WriteBatch();
  private int openings;
  private volatile int cataloguesDone;
  private volatile long durable;
  private volatile long acknowledged;
  private volatile long issued;

  /**
   * @param model the content of the disk, all of it durable
   * @param afterEach called after each operation and opening
   */
  Driver(MemoryDisk disk, Script script, Model model, Runnable afterEach) {
    this(disk, script, model, afterEach, List.of(), model.commits());
  }

  /**
   * @param model what the store shows when it is opened
   * @param trees other sets of trees that a power cut could leave
   * @param durable the last commit that is durable already
   */
  Driver(
      MemoryDisk disk,
      Script script,
      Model model,
      Runnable afterEach,
      List<Map<String, Integer>> trees,
      long durable) {
    this.disk = disk;
    this.script = script;
    this.model = model;
    this.afterEach = afterEach;
    this.durable = durable;
    catalogues.addAll(trees);
    catalogues.add(model.numbers());
    acknowledged = model.commits();
    issued = model.commits();
  }

  Model model() {
    return model;
  }

  DiskSnapshot snapshot(String where, MemoryFileSystem files) {
    // The promised commit is read first and the issued one last: both only grow.
    long min = durable;
    int from = cataloguesDone;
    MemoryFileSystem frozen = files.processKillClone();
    List<Map<String, Integer>> all = List.copyOf(catalogues);
    return new DiskSnapshot(where, frozen, min, issued, all.subList(from, all.size()));
  }

  void run() {
    Store store = open();
    try {
      for (Operation operation : script.operations()) {
        if (operation == Operation.Plain.REOPEN) {
          close(store);
          store = open();
        } else {
          perform(store, operation);
        }
        afterEach.run();
      }
    } finally {
      close(store);
    }
    disk.assertNothingOpen();
    afterEach.run();
  }

  Store open() {
    Store store = disk.open(script.optionsAt(openings++).toStoreOptions());
    // Opening syncs the trees in a new manifest.
    cataloguesDone = catalogues.size() - 1;
    afterEach.run();
    return store;
  }

  /** Closes the store, which makes everything durable unless the store had failed. */
  void close(Store store) {
    boolean wasFailed = store.health().failure() != null;
    store.close();
    durable = wasFailed ? durable : issued;
  }

  long acknowledged() {
    return acknowledged;
  }

  /**
   * Notes that a failed operation had no effect.
   *
   * @param commit the last one that had an effect
   */
  void undo(long commit) {
    model.cutTo(commit);
    issued = commit;
  }

  /**
   * Notes that a failed creation or drop of a tree had no effect.
   *
   * @param trees the existing trees
   */
  void undo(Map<String, Integer> trees) {
    model.setTrees(trees);
    catalogues.add(model.numbers());
    cataloguesDone = catalogues.size() - 1;
  }

  /** Performs an operation other than {@link Operation.Plain#REOPEN}. */
  void perform(Store store, Operation operation) {
    switch (operation) {
      case Operation.CreateTree create -> {
        model.create(create.tree());
        catalogues.add(model.numbers());
        Trees.open(store, create.tree());
        cataloguesDone = catalogues.size() - 1;
      }
      case Operation.DropTree drop -> {
        model.drop(drop.tree());
        catalogues.add(model.numbers());
        store.dropTree(drop.tree());
        cataloguesDone = catalogues.size() - 1;
      }
      case Operation.Put put ->
          write(store, List.of(new Entry(put.tree(), put.key(), put.value())), put.synced());
      case Operation.Merge merge ->
          write(
              store,
              List.of(Entry.operand(merge.tree(), merge.key(), merge.value())),
              merge.synced());
      case Operation.Delete delete ->
          write(store, List.of(new Entry(delete.tree(), delete.key(), null)), delete.synced());
      case Operation.DeleteRange delete ->
          write(store, List.of(new Entry(delete.tree(), delete.range())), delete.synced());
      case Operation.Write write -> write(store, write.entries(), write.synced());
      case Operation.Plain.FLUSH -> {
        store.flush();
        durable = issued;
      }
      case Operation.Plain.COMPACT -> {
        store.compact();
        durable = issued;
      }
      case Operation.Plain.SYNC -> {
        store.sync();
        durable = issued;
      }
      default -> {
        // Reads, and the crashes that snapshots stand for.
      }
    }
  }

  private void write(Store store, List<Entry> wanted, boolean synced) {
    List<Entry> entries =
        wanted.stream().filter(e -> model.numbers().containsKey(e.tree())).toList();
    if (entries.isEmpty()) {
      return;
    }
    batch.clear();
    for (Entry entry : entries) {
      entry.addTo(batch, store.tree(entry.tree()));
    }
    if (batch.isEmpty()) {
      return; // ranges without a key
    }
    model.commit(entries);
    issued = model.commits();
    Durability durability = synced ? Durability.SYNCED : Durability.BUFFERED;
    if (TransactionWrite.isFor(entries)) {
      TransactionWrite.write(store, entries, store::tree, durability);
    } else {
      store.write(batch, durability);
    }
    acknowledged = issued;
    if (synced) {
      durable = issued;
    }
  }
}
