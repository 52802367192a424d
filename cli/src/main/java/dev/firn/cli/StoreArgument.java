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

/** The store that a command is about. Only commands that write ever make one. */
final class StoreArgument {

  @Parameters(paramLabel = "STORE", description = "The store's folder.")
  private Path directory = Path.of("");

  Path directory() {
    return directory;
  }

  /** Opens a store that is there. */
  Store openExisting() {
    return openExisting(StoreOptions.defaults());
  }

  /** Opens a store that is there. */
  Store openExisting(StoreOptions options) {
    return open(options.toBuilder().createIfMissing(false).build());
  }

  /** Opens a store, and makes it where there is nothing, or an empty folder. */
  Store openOrCreate() {
    return open(StoreOptions.builder().createIfMissing(true).build());
  }

  /** Fails unless the folder is that of a store, whether it opens or not. */
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

  /** A tree that is there. */
  static Tree existingTree(Store store, String name) {
    if (!store.treeNames().contains(name)) {
      String others =
          store.treeNames().isEmpty()
              ? "the store has none"
              : "there are " + String.join(", ", store.treeNames()) + "; choose one with --tree";
      throw new Failure(ExitCode.ABSENT, store.directory() + ": no tree '" + name + "': " + others);
    }
    return store.tree(name);
  }
}
