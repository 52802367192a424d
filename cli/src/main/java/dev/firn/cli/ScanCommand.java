package dev.firn.cli;

import dev.firn.KeyRange;
import dev.firn.Store;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Output;
import dev.firn.cli.text.TextCodec;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code firn scan}: prints entries in the order of their keys. */
@Command(
    name = "scan",
    header = "Prints entries in the order of their keys.",
    customSynopsis = "firn scan STORE [options]",
    description = {
      "One entry per line: key, tab, value; with --format json an object with both. Keys are in"
          + " unsigned bytewise order. A key of a multi tree has a line for each value."
    },
    footer = {
      "Examples:",
      "  firn scan data/world --tree cities --prefix CH/Zurich/ --keys-only",
      "  firn scan data/world --tree cities --from FR --to FS --reverse --limit 10",
      "  firn scan data/world --tree cities --format json | head -3"
    })
final class ScanCommand implements Callable<Integer> {

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private StoreArgument store = new StoreArgument();
  @Mixin private TreeOption tree = new TreeOption();
  @Mixin private RangeOptions range = new RangeOptions();

  @Option(names = "--reverse", description = "Begin with the last key.")
  private boolean reverse;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "Print this many entries at most.")
  private long limit = Long.MAX_VALUE;

  @ArgGroup(exclusive = true)
  private Columns columns = new Columns();

  @Mixin private FormatOptions format = new FormatOptions();

  ScanCommand(Console console) {
    this.console = console;
  }

  /** The parts of an entry that are printed. */
  static final class Columns {
    @Option(names = "--keys-only", description = "Print keys, no values.")
    private boolean keysOnly;

    @Option(names = "--values-only", description = "Print values, no keys.")
    private boolean valuesOnly;

    @Option(names = "--count", description = "Print only the number of entries.")
    private boolean count;
  }

  @Override
  public Integer call() {
    KeyRange keys = range.range(format, spec);
    try (Store open = store.openExisting();
        TreeEntries entries = TreeEntries.of(open, tree.name(), null, keys)) {
      long printed = 0;
      boolean more = limit > 0 && entries.begin(reverse);
      while (more) {
        print(entries);
        printed++;
        more = printed < limit && entries.step(reverse);
      }
      if (columns.count) {
        console.out().line(Long.toString(printed));
      }
    }
    return ExitCode.OK;
  }

  private void print(TreeEntries entry) {
    Output out = console.out();
    if (columns.count) {
      return;
    }
    if (columns.keysOnly) {
      format.keys().encode(entry.key(), out);
    } else if (columns.valuesOnly) {
      format.values().encode(entry.value(), out);
    } else if (format.keys() == TextCodec.JSON && format.values() == TextCodec.JSON) {
      printObject(entry, out);
    } else {
      format.keys().encode(entry.key(), out);
      out.write('\t');
      format.values().encode(entry.value(), out);
    }
    out.write('\n');
  }

  private static void printObject(TreeEntries entry, Output out) {
    out.print("{\"key\":");
    TextCodec.JSON.encode(entry.key(), out);
    out.print(",\"value\":");
    TextCodec.JSON.encode(entry.value(), out);
    out.write('}');
  }
}
