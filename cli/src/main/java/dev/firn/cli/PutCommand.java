package dev.firn.cli;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn put}: writes one entry. */
@Command(
    name = "put",
    header = "Sets the value of a key, or adds one if the tree is a multi tree.",
    customSynopsis = "firn put STORE KEY VALUE [options]",
    description = {
      "Makes the store and the tree if they are missing.",
      "When the command returns, the write is on the device."
    },
    footer = {
      "Examples:",
      "  firn put data/app greeting 'hello, world'",
      "  firn put data/app session-7 alice --ttl 30m",
      "  firn put data/app --tree blobs --value-file photo.jpg photo-1",
      "  firn put data/app --tree tags --multi red photo-1",
      "  firn put data/app --key-format hex --format text 00ff 'a key of two bytes'"
    })
final class PutCommand implements Callable<Integer> {

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private StoreArgument store = new StoreArgument();

  @Parameters(index = "1", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Parameters(index = "2", arity = "0..1", paramLabel = "VALUE", description = "The value.")
  private @Nullable String value;

  @Option(
      names = "--value-file",
      paramLabel = "FILE",
      description = "Take the bytes of a file as the value; - takes stdin.")
  private @Nullable Path valueFile;

  @Mixin private TimeToLiveOption ttl = new TimeToLiveOption();

  @Option(
      names = "--multi",
      description = "Make a multi tree if the tree is missing: a key of it has many values.")
  private boolean multi;

  @Mixin private TreeOption tree = new TreeOption();
  @Mixin private FormatOptions format = new FormatOptions();

  PutCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] keyBytes = format.key(key, spec);
    byte[] valueBytes = valueBytes();
    try (Store open = store.openOrCreate()) {
      Duration timeToLive = ttl.timeToLive();
      if (multi || open.isMultiTree(tree.name())) {
        if (timeToLive != null) {
          throw new ParameterException(
              spec.commandLine(), "--ttl: the values of a multi tree have no time to live");
        }
        open.multiTree(tree.name()).add(keyBytes, valueBytes, Durability.SYNCED);
      } else if (timeToLive == null) {
        tree.orCreate(open).put(keyBytes, valueBytes, Durability.SYNCED);
      } else {
        tree.orCreate(open).put(keyBytes, valueBytes, timeToLive, Durability.SYNCED);
      }
    }
    return ExitCode.OK;
  }

  private byte[] valueBytes() {
    String text = value;
    Path file = valueFile;
    if ((text == null) == (file == null)) {
      throw new ParameterException(
          spec.commandLine(), "Give the value, either as VALUE or as --value-file");
    }
    if (text != null) {
      return format.value(text, spec);
    }
    try {
      return file.toString().equals("-") ? console.in().readAllBytes() : readAll(file);
    } catch (IOException e) {
      throw new Failure(ExitCode.BAD_INPUT, file + ": " + LocalFiles.problem(e), e);
    }
  }

  private static byte[] readAll(Path file) throws IOException {
    try (InputStream in = LocalFiles.open(file)) {
      return in.readAllBytes();
    }
  }
}
