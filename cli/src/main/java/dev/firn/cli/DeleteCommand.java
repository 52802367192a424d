package dev.firn.cli;

import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.MultiTree;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn delete}: deletes keys and a range of keys in one batch. */
@Command(
    name = "delete",
    header = "Deletes keys.",
    customSynopsis = "firn delete STORE [KEY...] [options]",
    description = {
      "One batch deletes all of them, and the range if one is given, however many keys it has.",
      "A key that is not there is no error. From a multi tree, all values of a key are removed.",
      "When the command returns, the deletion is on the device."
    },
    footer = {
      "Examples:",
      "  firn delete data/app greeting",
      "  firn delete data/app --tree blobs --format hex 00ff 0100",
      "  firn delete data/app --from 2024 --to 2025"
    })
final class DeleteCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private StoreArgument store = new StoreArgument();

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "KEY", description = "The keys.")
  private List<String> keys = new ArrayList<>();

  @Mixin private TreeOption tree = new TreeOption();
  @Mixin private RangeOptions range = new RangeOptions();
  @Mixin private FormatOptions format = new FormatOptions();

  @Override
  public Integer call() {
    if (keys.isEmpty() && !range.isGiven()) {
      throw new ParameterException(spec.commandLine(), "Which keys? Name some, or a range.");
    }
    KeyRange deleted = range.range(format, spec);
    List<byte[]> bytes = keys.stream().map(key -> format.key(key, spec)).toList();
    try (Store open = store.openExisting()) {
      WriteBatch batch = new WriteBatch();
      if (tree.isMulti(open)) {
        MultiTree from = open.multiTree(tree.name());
        bytes.forEach(key -> batch.removeAll(from, key));
        if (range.isGiven()) {
          batch.removeAll(from, deleted);
        }
      } else {
        Tree from = tree.existing(open);
        bytes.forEach(key -> batch.delete(from, key));
        if (range.isGiven()) {
          batch.deleteRange(from, deleted);
        }
      }
      open.write(batch, Durability.SYNCED);
    }
    return ExitCode.OK;
  }
}
