package dev.firn.cli;

import dev.firn.Store;
import dev.firn.Tree;
import picocli.CommandLine.Option;

/** The tree of a command. */
final class TreeOption {

  static final String DEFAULT = "default";

  @Option(
      names = {"-t", "--tree"},
      paramLabel = "NAME",
      defaultValue = DEFAULT,
      description = "The tree; '${DEFAULT-VALUE}' unless given.")
  private String name = DEFAULT;

  String name() {
    return name;
  }

  /** The plain tree, which must exist. */
  Tree existing(Store store) {
    return StoreArgument.existingTree(store, name);
  }

  /** Whether the tree, which must exist, is a multi tree. */
  boolean isMulti(Store store) {
    return StoreArgument.isExistingMultiTree(store, name);
  }

  /** The tree, made if it is missing. */
  Tree orCreate(Store store) {
    return store.tree(name);
  }
}
