package dev.firn.compaction;

import dev.firn.compaction.Compaction.Drop;
import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Move;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.core.InternalCursor;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.MergingCursor;
import dev.firn.version.OpenRun;
import dev.firn.version.OpenValueFiles;
import dev.firn.version.Run;
import dev.firn.version.StoreState;
import dev.firn.version.Version;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a compaction up to the edit that completes it: reads the sources and writes the tables that
 * replace them. Also writes the tables of a flush.
 *
 * <p>When a job fails or is cancelled, it deletes the tables it wrote. When it succeeds, they
 * belong to the caller, which applies the edit. If that fails, the edit may be on the device or
 * not, and the tables must stay.
 *
 * <p><b>Threading.</b> A job belongs to one thread. Jobs whose compactions have no table in common
 * and do not overlap may run at the same time; flushes may run at any time.
 */
public final class CompactionJob {

  private final CompactionEnvironment environment;
  private final Version version;
  private final CompactionPolicy policy;

  /**
   * @param version the version that the compaction was picked for; the caller holds it during the
   *     job
   */
  public CompactionJob(
      CompactionEnvironment environment, Version version, CompactionPolicy policy) {
    this.environment = environment;
    this.version = version;
    this.policy = policy.forSize(version.shape().bytes());
  }

  /**
   * Runs the compaction.
   *
   * @throws java.util.concurrent.CancellationException when the environment asks for it
   */
  public CompactionResult run(Compaction compaction) {
    return switch (compaction) {
      case Merge merge -> merge(merge);
      case Move move -> withoutRewrite(move.edit(), move, 0);
      case Drop drop -> withoutRewrite(drop.edit(), drop, drop.expiring());
    };
  }

  private static CompactionResult withoutRewrite(
      VersionEdit edit, Compaction compaction, long entriesExpired) {
    int tables = compaction.sources().stream().mapToInt(source -> source.tables().size()).sum();
    return new CompactionResult(edit, List.of(), 0, 0, 0, entriesExpired, tables);
  }

  /**
   * Writes the entries of a memtable to the tables of a new run of level 0.
   *
   * @param entries the entries; not closed
   * @param ranges the range tombstones
   * @param beforeBatch called before each batch of at most 64 entries
   * @param state the state before the flush
   * @param placement where values are kept
   */
  public static CompactionResult flush(
      CompactionEnvironment environment,
      InternalCursor entries,
      RangeFragmenter ranges,
      Runnable beforeBatch,
      StoreState state,
      ValuePlacement placement) {
    Deque<Arena> memory = new ArrayDeque<>();
    try (Arena arena = Arena.ofConfined();
        CompactionOutput output =
            new CompactionOutput(
                environment.outputs(),
                arena,
                memory,
                0,
                List.of(),
                List.of(),
                Long.MAX_VALUE,
                new OutputOrigin(state, List.of()))) {
      output.setDeletionsSince(environment.seconds());
      MergeRanges removed = MergeRanges.of(ranges, environment.boundaries(), state.trees());
      output.setRanges(removed.kept(), part -> CoveredBytes.estimate(state.shape(), 0, part));
      MergeLoop loop =
          new MergeLoop(
              environment,
              arena,
              state.trees(),
              null,
              OpenValueFiles.none(),
              placement,
              output,
              removed.all());
      loop.run(entries, beforeBatch);
      List<TableMetadata> tables = output.finish();
      List<Change> changes = new ArrayList<>(placement.changes());
      for (TableMetadata table : tables) {
        changes.add(new TableAdded(0, tables.getFirst().number(), table));
      }
      return new CompactionResult(
          new VersionEdit(changes),
          tables,
          0,
          loop.entriesRead(),
          loop.entriesWritten(),
          loop.entriesExpired(),
          0);
    } finally {
      // Here, and without a call of the store's: that of the output may fail at its begin.
      for (Arena left = memory.poll(); left != null; left = memory.poll()) {
        if (left.scope().isAlive()) {
          left.close();
        }
      }
    }
  }

  private CompactionResult merge(Merge merge) {
    Map<Long, Table> tables = new HashMap<>();
    for (Source source : merge.sources()) {
      for (TableMetadata metadata : source.tables()) {
        Table table = version.table(source.run(), metadata);
        if (table != null) {
          tables.put(metadata.number(), table);
        }
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      TombstoneElision elision = TombstoneElision.of(arena, version.shape(), merge);
      MergeRanges ranges =
          MergeRanges.of(
              merge, tables.values(), environment.boundaries(), version.trees(), elision);
      Set<Long> emptied = environment.emptiedFiles();
      Set<Long> reused =
          new TrivialMoveFinder(
                  merge,
                  tables,
                  elision,
                  version.trees(),
                  policy,
                  ranges,
                  emptied,
                  environment.boundaries().oldestClock())
              .find();
      return merge(arena, merge, tables, reused, elision, ranges);
    }
  }

  private CompactionResult merge(
      Arena arena,
      Merge merge,
      Map<Long, Table> tables,
      Set<Long> reused,
      TombstoneElision elision,
      MergeRanges ranges) {
    List<OpenRun> runs = new ArrayList<>();
    Set<Long> unread = ranges.covered(merge);
    unread.addAll(reused);
    Deque<Arena> memory = new ArrayDeque<>();
    try (CompactionOutput output = output(arena, memory, merge, reused)) {
      openRuns(merge, tables, unread, runs);
      output.setDeletionsSince(oldestDeletion(merge));
      ValuePlacement placement =
          new MovedValues(arena, version.valueFiles(), environment.emptiedFiles());
      int below = merge.target().level() + 1;
      output.setRanges(ranges.kept(), part -> CoveredBytes.estimate(version.shape(), below, part));
      MergeLoop loop =
          new MergeLoop(
              environment,
              arena,
              version.trees(),
              elision,
              version.valueFiles(),
              placement,
              output,
              ranges.all());
      try (InternalCursor entries =
          new MergingCursor(runs.stream().map(OpenRun::sequentialCursor).toList())) {
        loop.run(entries, () -> {});
      } catch (IllegalArgumentException e) {
        // An entry that the writer refuses, such as one out of order, comes from a source that is
        // damaged although its checksums are right: verifying the sources tells which one.
        runs.forEach(OpenRun::verify);
        throw e;
      }
      long read = runs.stream().mapToLong(run -> run.run().bytes()).sum();
      List<TableMetadata> written = output.finish();
      return new CompactionResult(
          edit(merge, reused, written),
          written,
          read,
          loop.entriesRead(),
          loop.entriesWritten(),
          loop.entriesExpired(),
          reused.size());
    } finally {
      // Here, and without a call of the store's: that of the output may fail at its begin.
      for (Arena left = memory.poll(); left != null; left = memory.poll()) {
        if (left.scope().isAlive()) {
          left.close();
        }
      }
      runs.forEach(OpenRun::release);
    }
  }

  /** When the oldest deletion of the sources was written; now if that is not known. */
  private long oldestDeletion(Merge merge) {
    long oldest = environment.seconds();
    for (Source source : merge.sources()) {
      for (TableMetadata table : source.tables()) {
        long seconds = table.garbage().oldestDeletion();
        oldest = seconds > 0 && (seconds < oldest || oldest == 0) ? seconds : oldest;
      }
    }
    return oldest;
  }

  private CompactionOutput output(Arena arena, Deque<Arena> memory, Merge merge, Set<Long> reused) {
    int level = merge.target().level();
    List<Run> next = level == 0 ? List.of() : version.shape().runs(level + 1);
    return new CompactionOutput(
        environment.outputs(),
        arena,
        memory,
        level,
        neighbours(merge, reused),
        next.isEmpty() ? List.of() : merge.overlapped(next.getFirst()),
        policy.maxOverlapBytes(),
        new OutputOrigin(version.state(), replaced(merge, reused)));
  }

  /** The numbers of the tables that are rewritten. */
  private static List<Long> replaced(Merge merge, Set<Long> reused) {
    return merge.sources().stream()
        .flatMap(source -> source.tables().stream())
        .map(TableMetadata::number)
        .filter(number -> !reused.contains(number))
        .toList();
  }

  /**
   * The tables of the target run, between the first and the last key of the merge and one on either
   * side, that are not rewritten: inputs that are reused, or no inputs.
   */
  private List<TableMetadata> neighbours(Merge merge, Set<Long> reused) {
    Map<Long, TableMetadata> tables = new HashMap<>();
    for (Run run : version.shape().runs(merge.target().level())) {
      if (run.id() == merge.target().run()) {
        merge.around(run).forEach(table -> tables.put(table.number(), table));
      }
    }
    for (Source source : merge.sources()) {
      for (TableMetadata table : source.tables()) {
        if (reused.contains(table.number())) {
          tables.put(table.number(), table);
        } else {
          tables.remove(table.number());
        }
      }
    }
    return tables.values().stream()
        .sorted(Comparator.comparing(TableMetadata::smallestKey, Arrays::compareUnsigned))
        .toList();
  }

  /** Opens the sources' tables that are read, by run; the caller releases each run. */
  private static void openRuns(
      Merge merge, Map<Long, Table> tables, Set<Long> unread, List<OpenRun> runs) {
    for (Source source : merge.sources()) {
      List<TableMetadata> rewritten =
          source.tables().stream().filter(table -> !unread.contains(table.number())).toList();
      if (!rewritten.isEmpty()) {
        List<Table> open = new ArrayList<>();
        for (TableMetadata metadata : rewritten) {
          Table table = tables.get(metadata.number());
          if (table == null) {
            throw new IllegalArgumentException(metadata + " is not in the version");
          }
          open.add(table);
        }
        open.forEach(Table::acquire);
        runs.add(new OpenRun(new Run(source.run(), rewritten), open));
      }
    }
  }

  private static VersionEdit edit(Merge merge, Set<Long> reused, List<TableMetadata> written) {
    Target target = merge.target();
    List<Change> changes = new ArrayList<>();
    for (Source source : merge.sources()) {
      boolean stays = source.level() == target.level() && source.run() == target.run();
      for (TableMetadata table : source.tables()) {
        boolean isReused = reused.contains(table.number());
        if (!isReused || !stays) {
          changes.add(new TableRemoved(source.level(), source.run(), table.number()));
        }
        if (isReused && !stays) {
          changes.add(new TableAdded(target.level(), target.run(), table));
        }
      }
    }
    for (TableMetadata table : written) {
      changes.add(new TableAdded(target.level(), target.run(), table));
    }
    return new VersionEdit(changes);
  }
}
