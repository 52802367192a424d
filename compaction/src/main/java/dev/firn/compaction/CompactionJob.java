package dev.firn.compaction;

import dev.firn.compaction.Compaction.Drop;
import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Move;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.core.InternalCursor;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.MergingCursor;
import dev.firn.version.OpenRun;
import dev.firn.version.Run;
import dev.firn.version.TreeCatalogue;
import dev.firn.version.Version;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Does what the picker decided, up to the edit that makes it true: reads the sources, writes the
 * tables that take their place.
 *
 * <p>When a job fails or is cancelled, the tables it wrote are deleted. After it has succeeded they
 * are the caller's, who applies the edit; if that fails, nobody knows whether it did, and they must
 * stay.
 *
 * <p><b>Threading.</b> A job belongs to one thread. Jobs whose compactions have no table in common
 * and do not overlap may run at once; flushes may at any time.
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
    this.policy = policy;
  }

  /**
   * Does it.
   *
   * @throws java.util.concurrent.CancellationException when the environment asks for it
   */
  public CompactionResult run(Compaction compaction) {
    return switch (compaction) {
      case Merge merge -> merge(merge);
      case Move move -> unwritten(move.edit(), move);
      case Drop drop -> unwritten(drop.edit(), drop);
    };
  }

  private static CompactionResult unwritten(VersionEdit edit, Compaction compaction) {
    int tables = compaction.sources().stream().mapToInt(source -> source.tables().size()).sum();
    return new CompactionResult(edit, List.of(), 0, 0, 0, 0, tables);
  }

  /**
   * Writes what a generation holds to the tables of a new run of level 0.
   *
   * @param entries the generation's entries; not closed
   * @param beforeBatch called before every 64 entries, or fewer
   * @param trees the trees there are
   */
  public static CompactionResult flush(
      CompactionEnvironment environment,
      InternalCursor entries,
      Runnable beforeBatch,
      TreeCatalogue trees) {
    try (Arena arena = Arena.ofConfined();
        MergeOutput output =
            new MergeOutput(environment, arena, 0, List.of(), List.of(), Long.MAX_VALUE)) {
      MergeLoop loop = new MergeLoop(environment, arena, trees, null, output);
      loop.run(entries, beforeBatch);
      List<TableMetadata> tables = output.finish();
      List<Change> changes = new ArrayList<>();
      for (TableMetadata table : tables) {
        changes.add(new TableAdded(0, tables.getFirst().number(), table));
      }
      return result(new VersionEdit(changes), tables, 0, loop, 0);
    }
  }

  private CompactionResult merge(Merge merge) {
    Map<Long, Table> tables = new HashMap<>();
    version.tables().forEach(table -> tables.put(table.metadata().number(), table));
    try (Arena arena = Arena.ofConfined()) {
      TombstoneElision older = TombstoneElision.below(arena, version.shape(), merge);
      Set<Long> reused =
          new TableReuse(merge, tables, older, version.trees(), environment.targetTableBytes())
              .find();
      return merge(arena, merge, tables, reused, older);
    }
  }

  private CompactionResult merge(
      Arena arena, Merge merge, Map<Long, Table> tables, Set<Long> reused, TombstoneElision older) {
    List<OpenRun> runs = new ArrayList<>();
    try (MergeOutput output = output(arena, merge, reused)) {
      openRuns(merge, tables, reused, runs);
      MergeLoop loop = new MergeLoop(environment, arena, version.trees(), older, output);
      try (InternalCursor entries =
          new MergingCursor(runs.stream().map(OpenRun::sequentialCursor).toList())) {
        loop.run(entries, () -> {});
      } catch (IllegalArgumentException e) {
        // Entries that no table takes, such as one that is not after the one before it, come from a
        // source that is damaged under right checksums: to read it all again tells which.
        runs.forEach(OpenRun::verify);
        throw e;
      }
      long read = runs.stream().mapToLong(run -> run.run().bytes()).sum();
      List<TableMetadata> written = output.finish();
      return result(edit(merge, reused, written), written, read, loop, reused.size());
    } finally {
      runs.forEach(OpenRun::release);
    }
  }

  private MergeOutput output(Arena arena, Merge merge, Set<Long> reused) {
    int level = merge.target().level();
    List<Run> next = level == 0 ? List.of() : version.shape().runs(level + 1);
    return new MergeOutput(
        environment,
        arena,
        level,
        neighbours(merge, reused),
        next.isEmpty() ? List.of() : next.getFirst().tables(),
        policy.maxOverlapBytes());
  }

  /** The tables that will stand between those of the output: used again, or not part of this. */
  private List<TableMetadata> neighbours(Merge merge, Set<Long> reused) {
    Map<Long, TableMetadata> tables = new HashMap<>();
    for (Run run : version.shape().runs(merge.target().level())) {
      if (run.id() == merge.target().run()) {
        run.tables().forEach(table -> tables.put(table.number(), table));
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

  /** The sources' tables that are not used again, by run; each run is the caller's to release. */
  private static void openRuns(
      Merge merge, Map<Long, Table> tables, Set<Long> reused, List<OpenRun> runs) {
    for (Source source : merge.sources()) {
      List<TableMetadata> merged =
          source.tables().stream().filter(table -> !reused.contains(table.number())).toList();
      if (!merged.isEmpty()) {
        List<Table> open = new ArrayList<>();
        for (TableMetadata metadata : merged) {
          Table table = tables.get(metadata.number());
          if (table == null) {
            throw new IllegalArgumentException(metadata + " is not in the version");
          }
          open.add(table);
        }
        open.forEach(Table::acquire);
        runs.add(new OpenRun(new Run(source.run(), merged), open));
      }
    }
  }

  private static VersionEdit edit(Merge merge, Set<Long> reused, List<TableMetadata> written) {
    Target target = merge.target();
    List<Change> changes = new ArrayList<>();
    for (Source source : merge.sources()) {
      boolean stays = source.level() == target.level() && source.run() == target.run();
      for (TableMetadata table : source.tables()) {
        boolean again = reused.contains(table.number());
        if (!again || !stays) {
          changes.add(new TableRemoved(source.level(), source.run(), table.number()));
        }
        if (again && !stays) {
          changes.add(new TableAdded(target.level(), target.run(), table));
        }
      }
    }
    for (TableMetadata table : written) {
      changes.add(new TableAdded(target.level(), target.run(), table));
    }
    return new VersionEdit(changes);
  }

  private static CompactionResult result(
      VersionEdit edit, List<TableMetadata> written, long read, MergeLoop loop, int reused) {
    return new CompactionResult(
        edit,
        written,
        read,
        written.stream().mapToLong(TableMetadata::fileBytes).sum(),
        loop.entriesRead(),
        loop.entriesWritten(),
        reused);
  }
}
