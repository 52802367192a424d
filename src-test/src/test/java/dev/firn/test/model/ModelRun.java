package dev.firn.test.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.VerifyReport;
import dev.firn.WriteBatch;
import dev.firn.test.Disk;
import dev.firn.test.model.Operation.Access;
import dev.firn.test.model.Operation.Entry;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One script on one store; every answer is compared with the model's at once. At the end everything
 * is compared in both directions, verified, reopened, and checked for leaks.
 */
final class ModelRun {

  private record HeldSnapshot(Snapshot snapshot, long commit) {}

  private final Script script;
  private final Model model = new Model();
  private final Map<String, Tree> trees = new HashMap<>();
  private final Map<Integer, HeldSnapshot> snapshots = new HashMap<>();
  private final Map<Integer, CursorCheck> cursors = new HashMap<>();
  private final WriteBatch batch = new WriteBatch();
  private final List<String> history = new ArrayList<>();

  private Disk disk;
  private Store store;
  private int openings;

  private ModelRun(Script script, Disk disk) {
    this.script = script;
    this.disk = disk;
    this.store = open();
  }

  /**
   * Runs a script on an empty disk, which is closed at the end.
   *
   * @return the answer of each operation
   * @throws Divergence at the first wrong answer
   */
  static List<String> run(Script script, Supplier<Disk> disks) {
    ModelRun run;
    try {
      run = new ModelRun(script, disks.get());
    } catch (Throwable e) {
      throw new Divergence(-1, "opening an empty disk: " + e, e);
    }
    int index = 0;
    try {
      for (; index < script.operations().size(); index++) {
        run.history.add(run.perform(script.operations().get(index)));
      }
      run.finish();
      return run.history;
    } catch (Throwable e) {
      run.abandon(e);
      String operation =
          index < script.operations().size()
              ? script.operations().get(index).toString()
              : "the end";
      throw new Divergence(index, "at operation " + index + ", " + operation + ": " + e, e);
    }
  }

  private Store open() {
    return disk.open(script.optionsAt(openings++).toStoreOptions());
  }

  private String perform(Operation operation) {
    return switch (operation) {
      case Operation.CreateTree create -> create(create.tree());
      case Operation.DropTree drop -> drop(drop.tree());
      case Operation.Put put -> put(put);
      case Operation.Merge merge -> merge(merge);
      case Operation.Delete delete -> delete(delete);
      case Operation.DeleteRange delete -> deleteRange(delete);
      case Operation.Write write -> write(write);
      case Operation.Get get -> get(get);
      case Operation.GetAll all -> getAll(all);
      case Operation.Contains contains -> contains(contains);
      case Operation.Scan scan -> scan(scan);
      case Operation.OpenCursor open -> openCursor(open);
      case Operation.Move move ->
          cursors.containsKey(move.cursor()) ? cursors.get(move.cursor()).move(move) : "no cursor";
      case Operation.CloseCursor close -> closeCursor(close.cursor());
      case Operation.OpenSnapshot open -> openSnapshot(open.snapshot());
      case Operation.CloseSnapshot close -> closeSnapshot(close.snapshot());
      case Operation.PowerCut cut -> disk.canCrash() ? powerCut(cut.seed()) : reopen();
      case Operation.Plain plain ->
          switch (plain) {
            case FLUSH -> flush();
            case COMPACT -> compact();
            case SYNC -> sync();
            case VERIFY -> verify();
            case REOPEN -> reopen();
            case KILL -> disk.canCrash() ? kill() : reopen();
          };
    };
  }

  private String create(String name) {
    model.create(name);
    Tree tree = Trees.open(store, name);
    assertEquals(name, tree.name());
    trees.put(name, tree);
    assertEquals(model.trees(), store.treeNames());
    return "" + store.treeNames();
  }

  private String drop(String name) {
    boolean dropped = store.dropTree(name);
    assertEquals(model.drop(name), dropped, "dropTree");
    assertEquals(model.trees(), store.treeNames());
    Tree tree = trees.remove(name);
    if (tree != null) {
      assertThrows(IllegalStateException.class, () -> tree.get(new byte[1]), "get from dropped");
      assertThrows(
          IllegalStateException.class, () -> tree.put(new byte[1], new byte[1]), "put to dropped");
    }
    return "" + dropped;
  }

  private String put(Operation.Put put) {
    Entry entry = new Entry(put.tree(), put.key(), put.value());
    return put(entry, put.value(), put.access(), put.synced());
  }

  private String merge(Operation.Merge merge) {
    Entry entry = Entry.operand(merge.tree(), merge.key(), merge.value());
    return put(entry, merge.value(), merge.access(), merge.synced());
  }

  private String put(Entry entry, Value value, Access access, boolean synced) {
    Tree tree = trees.get(entry.tree());
    if (tree == null) {
      return "no tree";
    }
    Trees.put(tree, entry, value, access, durability(synced));
    commit(List.of(entry), synced);
    return "";
  }

  private String delete(Operation.Delete delete) {
    Tree tree = trees.get(delete.tree());
    if (tree == null) {
      return "no tree";
    }
    Durability durability = durability(delete.synced());
    if (delete.access() == Access.SEGMENT) {
      try (Arena arena = Arena.ofConfined()) {
        tree.delete(Buffers.of(arena, delete.key().bytes()), durability);
      }
    } else {
      tree.delete(delete.key().bytes(), durability);
    }
    commit(List.of(new Entry(delete.tree(), delete.key(), null)), delete.synced());
    return "";
  }

  private String deleteRange(Operation.DeleteRange delete) {
    Tree tree = trees.get(delete.tree());
    if (tree == null) {
      return "no tree";
    }
    tree.deleteRange(delete.range().toKeyRange(), durability(delete.synced()));
    if (!delete.range().isEmpty()) {
      commit(List.of(new Entry(delete.tree(), delete.range())), delete.synced());
    }
    return "";
  }

  private String write(Operation.Write write) {
    List<Entry> entries =
        write.entries().stream().filter(e -> trees.containsKey(e.tree())).toList();
    batch.clear();
    for (Entry entry : entries) {
      entry.addTo(batch, trees.get(entry.tree()));
    }
    assertEquals(entries.stream().filter(Entry::isWrite).count(), batch.count());
    if (TransactionWrite.isFor(entries)) {
      TransactionWrite.write(store, entries, trees::get, durability(write.synced()));
    } else {
      store.write(batch, durability(write.synced()));
    }
    if (!batch.isEmpty()) {
      commit(entries, write.synced());
    }
    return "" + entries.size();
  }

  private void commit(List<Entry> entries, boolean synced) {
    model.commit(entries);
    if (synced) {
      model.synced();
    }
  }

  private static Durability durability(boolean synced) {
    return synced ? Durability.SYNCED : Durability.BUFFERED;
  }

  private String get(Operation.Get get) {
    Tree tree = trees.get(get.tree());
    HeldSnapshot held = snapshots.get(get.snapshot());
    if (tree == null || (held == null && get.snapshot() != Operation.LATEST)) {
      return "no tree or snapshot";
    }
    Value wanted = wanted(get.tree(), get.key(), held);
    Reading.of(tree, held == null ? null : held.snapshot())
        .assertGet(get.key().bytes(), wanted, get.access(), get.room());
    return "" + wanted;
  }

  private String getAll(Operation.GetAll all) {
    Tree tree = trees.get(all.tree());
    HeldSnapshot held = snapshots.get(all.snapshot());
    if (tree == null || (held == null && all.snapshot() != Operation.LATEST)) {
      return "no tree or snapshot";
    }
    List<@Nullable Value> wanted = new ArrayList<>();
    for (Key key : all.keys()) {
      wanted.add(wanted(all.tree(), key, held));
    }
    Reading.of(tree, held == null ? null : held.snapshot())
        .assertGetAll(all.keys(), wanted, all.access());
    return "" + wanted;
  }

  private String contains(Operation.Contains contains) {
    Tree tree = trees.get(contains.tree());
    HeldSnapshot held = snapshots.get(contains.snapshot());
    if (tree == null || (held == null && contains.snapshot() != Operation.LATEST)) {
      return "no tree or snapshot";
    }
    boolean wanted = wanted(contains.tree(), contains.key(), held) != null;
    boolean found =
        Reading.of(tree, held == null ? null : held.snapshot())
            .contains(contains.key().bytes(), contains.access());
    assertEquals(wanted, found);
    return "" + found;
  }

  private @Nullable Value wanted(String name, Key key, @Nullable HeldSnapshot held) {
    return model.get(model.tree(name), key, held == null ? model.commits() : held.commit());
  }

  private String scan(Operation.Scan scan) {
    CursorCheck cursor = cursor(scan.tree(), scan.range(), scan.snapshot());
    if (cursor == null) {
      return "no tree or snapshot";
    }
    try (cursor) {
      return cursor.scan(scan.forward());
    }
  }

  private String openCursor(Operation.OpenCursor open) {
    CursorCheck cursor = cursor(open.tree(), open.range(), open.snapshot());
    if (cursor == null) {
      return "no tree or snapshot";
    }
    closeCursor(open.cursor());
    cursors.put(open.cursor(), cursor);
    return "";
  }

  private @Nullable CursorCheck cursor(String name, Range range, int snapshot) {
    Tree tree = trees.get(name);
    HeldSnapshot held = snapshots.get(snapshot);
    if (tree == null || (held == null && snapshot != Operation.LATEST)) {
      return null;
    }
    Cursor cursor = Reading.of(tree, held == null ? null : held.snapshot()).cursor(range);
    long commit = held == null ? model.commits() : held.commit();
    return new CursorCheck(cursor, model, model.tree(name), range, commit);
  }

  private String closeCursor(int number) {
    CursorCheck cursor = cursors.remove(number);
    if (cursor == null) {
      return "no cursor";
    }
    cursor.close();
    return "";
  }

  private String openSnapshot(int number) {
    closeSnapshot(number);
    snapshots.put(number, new HeldSnapshot(store.snapshot(), model.commits()));
    return "";
  }

  private String closeSnapshot(int number) {
    HeldSnapshot held = snapshots.remove(number);
    if (held == null) {
      return "no snapshot";
    }
    held.snapshot().close();
    return "";
  }

  private String flush() {
    store.flush();
    return "";
  }

  private String compact() {
    store.compact();
    return "";
  }

  private String sync() {
    store.sync();
    model.synced();
    return "";
  }

  private String verify() {
    VerifyReport report = store.verify();
    assertTrue(report.isIntact(), () -> "verify: " + report);
    return "";
  }

  private String reopen() {
    closeStore();
    model.synced();
    disk.assertNothingOpen();
    store = open();
    takeStock();
    return "";
  }

  private String kill() {
    Disk left = disk.afterKill();
    moveTo(left);
    takeStock();
    return "";
  }

  private String powerCut(long seed) {
    Disk left = disk.afterPowerCut(seed);
    moveTo(left);
    model.cutTo(model.commitOf(dump()));
    takeStock();
    // The recovered commit depends on timing: it is no answer that every run would give.
    return "";
  }

  private void moveTo(Disk other) {
    closeStore();
    disk.assertNothingOpen();
    disk.close();
    disk = other;
    store = open();
  }

  /** Closes the store while it has snapshots and cursors, which must then say so. */
  private void closeStore() {
    Store closing = store;
    closing.close();
    assertFalse(closing.isOpen());
    cursors.values().forEach(CursorCheck::assertClosed);
    cursors.values().forEach(CursorCheck::close);
    snapshots.values().forEach(held -> held.snapshot().close());
    assertThrows(IllegalStateException.class, closing::snapshot);
    cursors.clear();
    snapshots.clear();
    trees.clear();
  }

  private void takeStock() {
    assertEquals(model.trees(), store.treeNames());
    model.trees().forEach(name -> trees.put(name, Trees.open(store, name)));
  }

  private Map<String, Map<Key, byte[]>> dump() {
    Map<String, Map<Key, byte[]>> dump = new HashMap<>();
    for (String name : store.treeNames()) {
      Map<Key, byte[]> entries = new HashMap<>();
      try (Cursor cursor = store.tree(name).cursor()) {
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          entries.put(new Key(cursor.keyBytes()), cursor.valueBytes());
        }
      }
      dump.put(name, entries);
    }
    return dump;
  }

  private void finish() {
    compareAll();
    verify();
    reopen();
    compareAll();
    closeStore();
    disk.assertNothingOpen();
    disk.close();
  }

  private void compareAll() {
    for (String name : model.trees()) {
      for (boolean forward : new boolean[] {true, false}) {
        scan(new Operation.Scan(name, Range.ALL, Operation.LATEST, forward));
      }
      model
          .content(model.tree(name), model.commits())
          .forEach(
              (key, value) ->
                  assertArrayEquals(
                      value.bytes(), trees.get(name).get(key.bytes()), () -> "get " + key));
    }
  }

  /** Releases the store and the disk after a failure. */
  private void abandon(Throwable failure) {
    try {
      store.close();
      disk.close();
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
  }
}
