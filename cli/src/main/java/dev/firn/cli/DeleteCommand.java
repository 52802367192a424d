package dev.firn.cli;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.cli.console.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn delete}: deletes keys in one batch. */
@Command(
    name = "delete",
    header = "Deletes keys.",
    customSynopsis = "firn delete STORE KEY... [options]",
    description = {
      "One batch deletes all of them. A key that is not there is no error.",
      "When the command returns, the deletion is on the device."
    },
    footer = {
      "Examples:",
      "  firn delete data/app greeting",
      "  firn delete data/app --tree blobs --format hex 00ff 0100"
    })
final class DeleteCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private StoreArgument store = new StoreArgument();

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY", description = "The keys.")
  private List<String> keys = new ArrayList<>();

  @Mixin private TreeOption tree = new TreeOption();
  @Mixin private FormatOptions format = new FormatOptions();

  @Override
  public Integer call() {
    List<byte[]> bytes = keys.stream().map(key -> format.key(key, spec)).toList();
    try (Store open = store.openExisting()) {
      Tree from = tree.existing(open);
      WriteBatch batch = new WriteBatch();
      bytes.forEach(key -> batch.delete(from, key));
      open.write(batch, Durability.SYNCED);
    }
    return ExitCode.OK;
  }
}
