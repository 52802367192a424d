package dev.firn.cli;

import dev.firn.Store;
import dev.firn.StoreStats;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.ProgressLine;
import dev.firn.cli.console.Quantity;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code firn compact}: compacts all tables. */
@Command(
    name = "compact",
    header = "Compacts all tables.",
    customSynopsis = "firn compact STORE",
    description = {
      "Afterwards older values and deletions take no room. The store compacts by itself in the"
          + " background; doing it at once pays before a store is copied, or read for a long time."
    },
    footer = {"Example:", "  firn compact data/world"})
final class CompactCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  CompactCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Store open = store.openExisting()) {
      long started = System.nanoTime();
      open.flush();
      StoreStats before = open.stats();
      ProgressLine.ofBytes(console, "compact")
          .watch(
              open::compact,
              () -> open.stats().compactions().bytesRead() - before.compactions().bytesRead(),
              before.tables().bytes());
      print(before, open.stats(), System.nanoTime() - started);
    }
    return ExitCode.OK;
  }

  private void print(StoreStats before, StoreStats after, long nanos) {
    console
        .out()
        .line(
            "tables: %s before, %s after, in %s",
            Quantity.bytes(before.tables().bytes()),
            Quantity.bytes(after.tables().bytes()),
            Quantity.nanos(nanos));
  }
}
