package dev.firn.compaction;

import dev.firn.compaction.Compaction.Drop;
import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Move;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.GarbageStats;
import dev.firn.sstable.GarbageStats.TreeBytes;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Entry;
import dev.firn.version.Script;
import dev.firn.version.StoreState;
import dev.firn.version.TestStates;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.TableAdded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The picker by script. Sizes are in KiB, and so are the policy's: base 256, tables of 64, factor
 * 10.
 *
 * <pre>
 *  define                                    trees 1 to 9 exist
 *  L0 12: 12:[a#5 - z#9] 64                  level, run; tables: number, first and last key
 *  L6 3: 3:[a - m] 64 4:[n - z] 64 del=50    with sequences, size, percentage of deletions
 *                                           hidden=5: percentage of hidden entries
 *                                           since=7: time of the oldest deletion
 *                                           tree=2/30: percentage of a tree, the rest is tree 1's
 *  pick rest old=9 reader=12                at rest; deletions before time 9 are old; the oldest
 *                                           reader's sequence, 100 unless it is given
 * </pre>
 */
class CompactionPickerTest {

  private static final Pattern TABLE =
      Pattern.compile(
          "(\\d+):\\[([^# ]+)(?:#(\\d+))? - ([^# \\]]+)(?:#(\\d+))?\\] (\\d+)(?: del=(\\d+))?"
              + "(?: hidden=(\\d+))?(?: since=(\\d+))?(?: tree=(\\d+)/(\\d+))?");

  private static final CompactionPolicy POLICY =
      CompactionPolicy.defaults().withLevelBaseBytes(256 << 10).withTargetTableBytes(64 << 10);

  private StoreState state = TestStates.of(List.of());

  @Test
  void script() throws IOException {
    Script.run(CompactionPickerTest.class, "picker.txt", this::execute);
  }

  private String execute(Script.Command command) {
    return switch (command.name()) {
      case "define" -> define(command.input());
      case "drop" -> {
        int dropped = Integer.parseInt(command.argument(0));
        state = TestStates.apply(state, List.of(new VersionEdit.TreeDropped(dropped)));
        yield "";
      }
      case "pick" ->
          text(
              CompactionPicker.pick(
                  state.shape(), state.trees(), policy(command), moment(command)));
      case "readers" -> text(CompactionPicker.pickForReaders(state.shape(), policy(command)));
      case "full" ->
          text(
              CompactionPicker.pickFull(
                  state.shape(), state.trees(), POLICY, Long.parseLong(command.argument(0)), 0));
      case "targets" -> targets();
      case "pressure" -> {
        CompactionPressure pressure = CompactionPressure.of(state.shape(), POLICY);
        yield pressure.levelZeroRuns() + " runs, " + (pressure.pendingBytes() >> 10) + " KiB";
      }
      default -> throw new IllegalArgumentException(command.name());
    };
  }

  private static Map<String, Integer> arguments(Script.Command command) {
    Map<String, Integer> changed = new HashMap<>();
    for (String argument : command.arguments()) {
      String[] pair = argument.split("=");
      changed.put(pair[0], pair.length == 1 ? 1 : Integer.parseInt(pair[1]));
    }
    return changed;
  }

  private static PickMoment moment(Script.Command command) {
    Map<String, Integer> given = arguments(command);
    return new PickMoment(
        given.containsKey("rest"), given.getOrDefault("old", 0), given.getOrDefault("reader", 100));
  }

  private static CompactionPolicy policy(Script.Command command) {
    Map<String, Integer> changed = arguments(command);
    return POLICY
        .withLevelZeroRuns(changed.getOrDefault("runs", POLICY.levelZeroRuns()))
        .withLevelZeroCost(changed.getOrDefault("cost", POLICY.levelZeroCost()));
  }

  private String define(List<String> lines) {
    List<Change> changes = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split("[ :]", 3);
      int level = Integer.parseInt(words[0].substring(1));
      long run = Long.parseLong(words[1]);
      Matcher table = TABLE.matcher(words[2]);
      while (table.find()) {
        changes.add(new TableAdded(level, run, table(table)));
      }
    }
    for (int id = 1; id < 10; id++) {
      changes.add(new VersionEdit.TreeCreated(id, "tree" + id));
    }
    state = TestStates.of(changes);
    return "";
  }

  private static TableMetadata table(Matcher table) {
    long last = table.group(5) == null ? 0 : Long.parseLong(table.group(5));
    return new TableMetadata(
        Long.parseLong(table.group(1)),
        Long.parseLong(table.group(6)) << 10,
        Entry.key(table.group(2)),
        Entry.key(table.group(4)),
        new EntryStats(
            100,
            table.group(7) == null ? 0 : Long.parseLong(table.group(7)),
            Long.parseLong(table.group(6)) << 10,
            table.group(3) == null ? 0 : Long.parseLong(table.group(3)),
            last,
            garbage(table)));
  }

  private static GarbageStats garbage(Matcher table) {
    long bytes = Long.parseLong(table.group(6)) << 10;
    long other = table.group(11) == null ? 0 : bytes / 100 * Long.parseLong(table.group(11));
    return new GarbageStats(
        table.group(8) == null ? 0 : Long.parseLong(table.group(8)),
        table.group(9) == null ? 0 : Long.parseLong(table.group(9)),
        other == 0 ? 1 : 2,
        other == 0
            ? List.of()
            : List.of(
                new TreeBytes(1, bytes - other),
                new TreeBytes(Integer.parseInt(table.group(10)), other)));
  }

  private String targets() {
    LevelTargets targets = LevelTargets.of(state.shape(), POLICY);
    StringBuilder text = new StringBuilder("L0 -> L" + targets.levelZeroOutput());
    for (int level = targets.baseLevel(); level < targets.lowestLevel(); level++) {
      text.append(", L").append(level).append(": ").append(targets.bytes(level) >> 10);
    }
    return text.toString();
  }

  private static String text(Optional<Compaction> picked) {
    return picked
        .map(
            compaction ->
                switch (compaction) {
                  case Merge merge ->
                      (merge.rewrite() ? "rewrite " : "merge ")
                          + text(merge.sources())
                          + text(merge.target());
                  case Move move -> "move " + text(move.sources()) + text(move.target());
                  case Drop drop -> "drop " + text(drop.sources());
                })
        .orElse("nothing");
  }

  private static String text(List<Source> sources) {
    return sources.stream()
        .map(
            source ->
                "L"
                    + source.level()
                    + " run "
                    + source.run()
                    + ": "
                    + source.tables().stream()
                        .map(table -> Long.toString(table.number()))
                        .collect(Collectors.joining(" ")))
        .collect(Collectors.joining(", "));
  }

  private static String text(Target target) {
    return " -> L" + target.level() + " run " + target.run();
  }
}
