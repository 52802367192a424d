package dev.firn.cli;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.demo.Ingest;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn ingest}: the child process of the demo. */
@Command(
    name = "ingest",
    hidden = true,
    description = "Writes synthetic readings until stdin ends; prints binary acknowledgements.")
final class IngestCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  @Option(names = "--writers", defaultValue = "4", description = "Writing threads.")
  private int writers;

  IngestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Ingest.run(store.directory(), writers, console.in(), console.out());
    return ExitCode.OK;
  }
}
