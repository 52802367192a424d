package dev.firn.cli;

import dev.firn.Store;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code firn trees}: prints the names of the trees. */
@Command(
    name = "trees",
    header = "Prints the names of the trees.",
    customSynopsis = "firn trees STORE",
    description = "One per line, sorted.",
    footer = {"Example:", "  firn trees data/world"})
final class TreesCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  TreesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Store open = store.openExisting()) {
      open.treeNames().forEach(console.out()::line);
    }
    return ExitCode.OK;
  }
}
