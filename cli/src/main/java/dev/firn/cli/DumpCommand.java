package dev.firn.cli;

import dev.firn.KeyRange;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.ProgressLine;
import dev.firn.cli.load.DumpFormat;
import dev.firn.error.CorruptionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn dump}: all entries, as lines from which {@code firn load} restores the store. */
@Command(
    name = "dump",
    header = "Prints everything, so that load can restore it.",
    customSynopsis = "firn dump STORE [options]",
    description = {
      "All entries of all trees as JSON, one per line. 'firn load' restores them byte for byte,"
          + " and notices when the end of the dump is missing."
    },
    footer = {
      "Examples:",
      "  firn dump data/world | gzip > world.ndjson.gz",
      "  firn load data/copy world.ndjson.gz",
      "  firn dump data/world --tree cities | jq -r .key"
    })
final class DumpCommand implements Callable<Integer> {

  private static final int PROGRESS_ENTRIES = 1024;

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  @Option(
      names = {"-t", "--tree"},
      paramLabel = "NAME",
      description = "Only this tree; may be given more than once.")
  private List<String> trees = new ArrayList<>();

  @Option(
      names = "--salvage",
      description =
          "Open the store although its journal is damaged: what follows the damage in the journal"
              + " is dropped, for good. The exit code is 3 if that happened.")
  private boolean salvage;

  DumpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Store open = store.openExisting(StoreOptions.builder().salvage(salvage).build());
        Snapshot snapshot = open.snapshot();
        ProgressLine progress = ProgressLine.of(console, "dump")) {
      List<String> names = trees.isEmpty() ? open.treeNames() : List.copyOf(new TreeSet<>(trees));
      List<String> plain = new ArrayList<>();
      List<String> multi = new ArrayList<>();
      for (String name : names) {
        (StoreArgument.isExistingMultiTree(open, name) ? multi : plain).add(name);
      }
      DumpFormat.start(plain, multi, console.out());
      long entries = 0;
      for (String name : names) {
        entries = dump(open, name, snapshot, entries, progress);
      }
      DumpFormat.end(entries, console.out());
      console.out().flush();
      return exitCode(open.recovery().damage());
    }
  }

  private int exitCode(@Nullable CorruptionException salvaged) {
    if (salvaged == null) {
      return ExitCode.OK;
    }
    console
        .err()
        .println(
            "firn: " + salvaged.getMessage() + "; what followed it in the journal was dropped");
    return ExitCode.DAMAGED;
  }

  private long dump(
      Store open, String tree, Snapshot snapshot, long before, ProgressLine progress) {
    byte[] name = tree.getBytes(StandardCharsets.UTF_8);
    long entries = before;
    try (TreeEntries all = TreeEntries.of(open, tree, snapshot, KeyRange.all())) {
      for (boolean more = all.begin(false); more; more = all.step(false)) {
        DumpFormat.entry(name, all.key(), all.value(), console.out());
        if (++entries % PROGRESS_ENTRIES == 0) {
          progress.update(entries);
        }
      }
    }
    return entries;
  }
}
