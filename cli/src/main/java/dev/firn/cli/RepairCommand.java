package dev.firn.cli;

import dev.firn.RepairReport;
import dev.firn.RepairReport.Loss;
import dev.firn.StoreRepair;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.Output;
import dev.firn.cli.console.Quantity;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn repair}: keeps what is readable of a damaged store. */
@Command(
    name = "repair",
    header = "Keeps what is readable of a damaged store.",
    customSynopsis = "firn repair STORE [--to=FOLDER | --in-place] [options]",
    description = {
      "Writes a repaired copy: every readable block of the tables, every readable batch of the"
          + " journal. A lost manifest is made again. Prints the damage, and the keys of which"
          + " writes may be lost. The exit code is 3 if there are such keys.",
      "Restore a copy of the store instead if there is one."
    },
    footer = {
      "Examples:",
      "  firn repair data/world && firn verify data/world.repaired",
      "  firn repair data/world --to /mnt/other/world --format hex"
    })
final class RepairCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  @ArgGroup(exclusive = true)
  private Target target = new Target();

  @Mixin private FormatOptions format = new FormatOptions();

  /** Where the repaired store is. */
  static final class Target {

    @Option(
        names = "--to",
        paramLabel = "FOLDER",
        description = "The folder of the copy, missing or empty; by default STORE.repaired.")
    private @Nullable Path to;

    @Option(
        names = "--in-place",
        description = "Repair the store in its folder; what is damaged is deleted.")
    private boolean inPlace;
  }

  RepairCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    RepairReport report = repair();
    for (FirnException damage : report.damage()) {
      console.out().line("%s", String.valueOf(damage.getMessage()));
    }
    report.losses().forEach(this::print);
    if (report.manifestRebuilt()) {
      console
          .out()
          .line(
              "the manifest was made again from the files that are there;"
                  + " what was in a table that is missing altogether is lost and not listed");
    }
    console
        .out()
        .line(
            "repaired: %s, %s intact, %s damaged, %s of the journal",
            report.folder(),
            Quantity.count(report.intactTables(), "table", "tables"),
            Quantity.count(report.salvagedTables()),
            Quantity.count(report.records(), "batch", "batches"));
    return report.losses().isEmpty() ? ExitCode.OK : ExitCode.DAMAGED;
  }

  private RepairReport repair() {
    Path directory = store.directory();
    try {
      if (target.inPlace) {
        return StoreRepair.inPlace(directory);
      }
      Path to = target.to;
      return StoreRepair.copy(
          directory, to != null ? to : directory.resolveSibling(name(directory) + ".repaired"));
    } catch (StorageException e) {
      throw new Failure(ExitCode.UNOPENED, String.valueOf(e.getMessage()), e);
    }
  }

  private static String name(Path directory) {
    return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
  }

  private void print(Loss loss) {
    Output out = console.out();
    if (loss.tree() == null) {
      out.print("may be lost: any key of any tree");
    } else {
      out.print("may be lost: tree ").print(loss.tree()).print(", from ");
      print(loss.from(), "the first key");
      out.print(" to ");
      print(loss.to(), "the last key");
    }
    out.line(
        ", writes %s to %s (%s at offset %d)",
        Quantity.count(loss.firstSequence()),
        loss.lastSequence() < 0 ? "the last" : Quantity.count(loss.lastSequence()),
        loss.file(),
        loss.offset());
  }

  private void print(byte @Nullable [] key, String otherwise) {
    if (key == null) {
      console.out().print(otherwise);
    } else {
      format.keys().encode(key, console.out());
    }
  }
}
