package dev.firn.cli;

import dev.firn.Store;
import dev.firn.VerifyReport;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.ProgressLine;
import dev.firn.cli.console.Quantity;
import dev.firn.error.CorruptionException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code firn verify}: checks every byte. */
@Command(
    name = "verify",
    header = "Checks every byte against its checksum.",
    customSynopsis = "firn verify STORE",
    description = {
      "The bytes are read from the device.",
      "The exit code is 3 when something is damaged; the file and the offset are on stderr."
    },
    footer = {"Example:", "  firn verify data/world || echo restore it from a copy"})
final class VerifyCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Store open = store.openExisting();
        ProgressLine progress = ProgressLine.ofBytes(console, "verify")) {
      long started = System.nanoTime();
      VerifyReport report = open.verify(progress::update);
      CorruptionException damage = report.damage();
      if (damage != null) {
        throw damage;
      }
      console
          .out()
          .line(
              "intact: %s, %s, in %s",
              Quantity.count(report.files(), "file", "files"),
              Quantity.bytes(report.bytes()),
              Quantity.nanos(System.nanoTime() - started));
    }
    return ExitCode.OK;
  }
}
