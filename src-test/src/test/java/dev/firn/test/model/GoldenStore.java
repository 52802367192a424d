package dev.firn.test.model;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.WriteBatch;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.model.Operation.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the store that every later release must read, from a script of writes, and knows its
 * content. The store is left as by a killed process, with its journal.
 *
 * <pre>
 *  GoldenStore SCRIPT FOLDER        writes the store that the script makes into a new folder
 * </pre>
 */
final class GoldenStore {

  private GoldenStore() {}

  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectory(Path.of(args[1]));
    make(Script.read(Path.of(args[0]))).writeTo(folder);
  }

  static StoreImage make(Script script) {
    MemoryDisk disk = new MemoryDisk();
    int openings = 0;
    Store store = disk.open(script.optionsAt(openings++).toStoreOptions());
    for (Operation operation : script.operations()) {
      if (operation == Operation.Plain.REOPEN) {
        store.close();
        store = disk.open(script.optionsAt(openings++).toStoreOptions());
      } else {
        perform(operation, store);
      }
    }
    MemoryDisk left = (MemoryDisk) disk.afterKill();
    store.close();
    return StoreImage.of(left.files(), MemoryDisk.DIRECTORY);
  }

  private static void perform(Operation operation, Store store) {
    switch (operation) {
      case Operation.CreateTree create -> Trees.open(store, create.tree());
      case Operation.DropTree drop -> store.dropTree(drop.tree());
      case Operation.Write write -> write(store, write);
      case Operation.Plain plain when plain == Operation.Plain.FLUSH -> store.flush();
      case Operation.Plain plain when plain == Operation.Plain.COMPACT -> store.compact();
      default -> throw new IllegalArgumentException("not for golden stores: " + operation);
    }
  }

  private static void write(Store store, Operation.Write write) {
    WriteBatch batch = new WriteBatch();
    for (Entry entry : write.entries()) {
      entry.addTo(batch, store.tree(entry.tree()));
    }
    store.write(batch, write.synced() ? Durability.SYNCED : Durability.BUFFERED);
  }

  /** The content that the store must have. */
  static Model content(Script script) {
    Model model = new Model();
    for (Operation operation : script.operations()) {
      switch (operation) {
        case Operation.CreateTree create -> model.create(create.tree());
        case Operation.DropTree drop -> model.drop(drop.tree());
        case Operation.Write write -> model.commit(write.entries());
        default -> {}
      }
    }
    return model;
  }

  /** Fails if a store's content differs from a model. */
  static void assertHolds(Model model, Store store) {
    if (!store.treeNames().equals(model.trees())) {
      throw new AssertionError("trees " + store.treeNames() + " instead of " + model.trees());
    }
    for (String name : model.trees()) {
      Map<Key, byte[]> found = new HashMap<>();
      try (Cursor cursor = store.tree(name).cursor()) {
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          found.put(new Key(cursor.keyBytes()), cursor.valueBytes());
        }
      }
      List<String> difference = model.difference(model.tree(name), model.commits(), found);
      if (!difference.isEmpty()) {
        throw new AssertionError("tree " + name + ": " + difference);
      }
    }
  }
}
