package dev.firn.cli;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.TemporaryFolder;
import dev.firn.cli.demo.Demo;
import dev.firn.cli.demo.DemoSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code firn demo}: shows what the store does, on real data. */
@Command(
    name = "demo",
    header = "Loads the world's cities, reads them, survives a kill.",
    customSynopsis = "firn demo [options]",
    description = {
      "Loads the world's cities, reads them in several ways, then starts a process that writes as"
          + " fast as it can, kills it while it writes and shows that nothing acknowledged is"
          + " lost.",
      "Takes less than a minute and deletes its stores. Exit code 6 when a check fails."
    },
    footer = {
      "Examples:",
      "  firn demo",
      "  firn demo --keep demo && firn scan demo/world --tree cities --prefix JP/Kyoto/ --keys-only"
    })
final class DemoCommand implements Callable<Integer> {

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--keep",
      paramLabel = "FOLDER",
      description =
          "Work in this folder, which must be missing or empty, and leave the stores there.")
  private @Nullable Path keep;

  @Option(
      names = "--cities",
      paramLabel = "FILE",
      description = "A file of cities other than examples/cities.ndjson.gz.")
  private @Nullable Path cities;

  @Option(
      names = "--gets",
      paramLabel = "N",
      defaultValue = "500000",
      description = "Random gets to time; ${DEFAULT-VALUE} unless given.")
  private int gets;

  @Option(
      names = "--writers",
      paramLabel = "N",
      defaultValue = "4",
      description = "Writing threads of the child process; ${DEFAULT-VALUE} unless given.")
  private int writers;

  @Option(
      names = "--ingest",
      paramLabel = "SECONDS",
      defaultValue = "1.5",
      description = "Time until the child process is killed; ${DEFAULT-VALUE} unless given.")
  private double seconds;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    DemoSettings settings = settings();
    try (TemporaryFolder folder = TemporaryFolder.create(keep, "firn-demo", keep != null)) {
      new Demo(console, settings).run(folder);
    }
    return ExitCode.OK;
  }

  private DemoSettings settings() {
    if (writers < 1 || writers > 99 || gets < 0 || !(seconds > 0 && seconds < 60)) {
      throw new ParameterException(
          spec.commandLine(), "--writers is 1 to 99, --gets 0 or more, --ingest less than 60");
    }
    Path file = cities;
    if (file == null) {
      file =
          DemoSettings.shippedCities()
              .orElseThrow(
                  () ->
                      new Failure(
                          ExitCode.BAD_INPUT,
                          "examples/cities.ndjson.gz: not found; name the file with --cities"));
    }
    return new DemoSettings(file, gets, writers, Duration.ofNanos((long) (seconds * 1e9)));
  }
}
