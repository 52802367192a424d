package dev.firn.cli;

import dev.firn.Store;
import dev.firn.Tree;
import picocli.CommandLine.Option;

/** The tree that a command is about. */
final class TreeOption {

  static final String DEFAULT = "default";

  @Option(
      names = {"-t", "--tree"},
      paramLabel = "NAME",
      defaultValue = DEFAULT,
      description = "The tree; '${DEFAULT-VALUE}' unless given.")
  private String name = DEFAULT;

  /** The tree, which must be there. */
  Tree existing(Store store) {
    return StoreArgument.existingTree(store, name);
  }

  /** The tree, made where there is none. */
  Tree orCreate(Store store) {
    return store.tree(name);
  }
}
