package dev.firn.cli;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.LocalFiles;
import dev.firn.core.file.FileName;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The store of a command. Only commands that write make one. */
final class StoreArgument {

  @Parameters(paramLabel = "STORE", description = "The store's folder.")
  private Path directory = Path.of("");

  Path directory() {
    return directory;
  }

  /** Opens an existing store. */
  Store openExisting() {
    return openExisting(StoreOptions.defaults());
  }

  /** Opens an existing store. */
  Store openExisting(StoreOptions options) {
    return open(options.toBuilder().createIfMissing(false).build());
  }

  /** Opens a store, or makes one in a missing or empty folder. */
  Store openOrCreate() {
    return open(StoreOptions.builder().createIfMissing(true).build());
  }

  /** Fails unless the folder is that of a store, damaged or not. */
  void requireStore() {
    if (!LocalFiles.exists(directory.resolve(FileName.CURRENT))) {
      throw new Failure(
          ExitCode.UNOPENED, directory + ": not a store: it holds no " + FileName.CURRENT);
    }
  }

  private Store open(StoreOptions options) {
    try {
      return Store.open(directory, options);
    } catch (StorageException e) {
      String advice =
          LocalFiles.exists(directory) ? "" : "; 'firn put' and 'firn load' make a store";
      throw new Failure(ExitCode.UNOPENED, e.getMessage() + advice, e);
    }
  }

  /** An existing plain tree. */
  static Tree existingTree(Store store, String name) {
    checkExists(store, name);
    return store.tree(name);
  }

  /** Whether a tree, which must exist, is a multi tree. */
  static boolean isExistingMultiTree(Store store, String name) {
    checkExists(store, name);
    return store.isMultiTree(name);
  }

  private static void checkExists(Store store, String name) {
    if (!store.treeNames().contains(name)) {
      String others =
          store.treeNames().isEmpty()
              ? "the store has none"
              : "there are " + String.join(", ", store.treeNames()) + "; choose one with --tree";
      throw new Failure(ExitCode.ABSENT, store.directory() + ": no tree '" + name + "': " + others);
    }
  }
}
