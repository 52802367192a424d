package dev.firn.cli;

import dev.firn.Store;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn trees}: prints the names of the trees, and which are multi trees. */
@Command(
    name = "trees",
    header = "Prints the names of the trees.",
    customSynopsis = "firn trees STORE [--kinds]",
    description = "One per line, sorted; with --kinds, a tab and 'plain' or 'multi' after each.",
    footer = {"Example:", "  firn trees data/world"})
final class TreesCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  @Option(names = "--kinds", description = "Print whether each is a plain or a multi tree.")
  private boolean kinds;

  TreesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Store open = store.openExisting()) {
      for (String name : open.treeNames()) {
        String kind = open.isMultiTree(name) ? "\tmulti" : "\tplain";
        console.out().print(name).line(kinds ? kind : "");
      }
    }
    return ExitCode.OK;
  }
}
