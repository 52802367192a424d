package dev.firn.cli;

import dev.firn.MultiCursor;
import dev.firn.MultiTree;
import dev.firn.Store;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn get}: prints the value of a key. */
@Command(
    name = "get",
    header = "Prints the value of a key, or the values if the tree is a multi tree.",
    customSynopsis = "firn get STORE KEY [options]",
    description = {
      "When the key is not there, nothing is printed and the exit code is 1. The values of a key"
          + " of a multi tree are printed in their order, one per line."
    },
    footer = {
      "Examples:",
      "  firn get data/app greeting",
      "  firn get data/app --tree blobs --raw photo-1 > photo.jpg",
      "  if firn get data/app greeting > /dev/null; then echo there; fi"
    })
final class GetCommand implements Callable<Integer> {

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private StoreArgument store = new StoreArgument();

  @Parameters(index = "1", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Mixin private TreeOption tree = new TreeOption();

  @Option(names = "--raw", description = "Print the value's bytes as they are, and no line end.")
  private boolean raw;

  @Mixin private FormatOptions format = new FormatOptions();

  GetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] keyBytes = format.key(key, spec);
    try (Store open = store.openExisting()) {
      if (tree.isMulti(open)) {
        return printAll(open.multiTree(tree.name()), keyBytes);
      }
      byte[] value = tree.existing(open).get(keyBytes);
      if (value == null) {
        return ExitCode.ABSENT;
      }
      print(value);
    }
    return ExitCode.OK;
  }

  private int printAll(MultiTree multi, byte[] keyBytes) {
    try (MultiCursor values = multi.values(keyBytes)) {
      boolean found = values.first();
      for (boolean more = found; more; more = values.next()) {
        print(values.valueBytes());
      }
      return found ? ExitCode.OK : ExitCode.ABSENT;
    }
  }

  private void print(byte[] value) {
    Output out = console.out();
    if (raw) {
      out.write(value);
      return;
    }
    format.values().encode(value, out);
    out.write('\n');
  }
}
