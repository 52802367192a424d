package dev.firn.compaction;

import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A change of the tree that the picker chose. It stays valid while flushes add runs to level 0, but
 * not when another compaction changes tables that it names: one compaction at a time.
 *
 * <p><b>Threading.</b> Immutable.
 */
public sealed interface Compaction {

  /** The input tables. */
  List<Source> sources();

  /**
   * Input tables of one run.
   *
   * @param level the run's level
   * @param run the run's id
   * @param tables tables of the run, adjacent or not, ascending
   */
  record Source(int level, long run, List<TableMetadata> tables) {

    /** Takes a copy of the list. */
    public Source {
      tables = List.copyOf(tables);
    }

    /** A source of all tables of a run. */
    static Source of(int level, Run run) {
      return new Source(level, run.id(), run.tables());
    }

    /** Bytes of the tables' files. */
    long bytes() {
      return tables.stream().mapToLong(TableMetadata::fileBytes).sum();
    }

    /** Entries of the tables. */
    long entries() {
      return tables.stream().mapToLong(TableMetadata::entries).sum();
    }
  }

  /**
   * The run that the output becomes part of.
   *
   * @param level the level
   * @param run the id of an existing run of that level, or of a new one
   */
  record Target(int level, long run) {

    /**
     * The newest run of a level below level 0; a new run, as new as the sources, if none exists.
     */
    static Target of(Shape shape, int level, List<Source> sources) {
      List<Run> runs = shape.runs(level);
      return new Target(level, runs.isEmpty() ? sources.getFirst().run() : runs.getFirst().id());
    }
  }

  /**
   * The merge loop rewrites tables into one run. A table whose range holds no key of another source
   * need not be rewritten.
   *
   * @param sources the tables by run, newest first
   * @param target the run that the output becomes part of
   * @param rewrite whether to rewrite a table even if no other source has keys in its range, when
   *     that may remove deletions, old versions or dropped trees
   */
  record Merge(List<Source> sources, Target target, boolean rewrite) implements Compaction {

    /** Takes a copy of the list. */
    public Merge {
      sources = List.copyOf(sources);
    }

    /** The tables of a run that may have a key from the first to the last key of all sources. */
    List<TableMetadata> overlapped(Run run) {
      return around(run, 0);
    }

    /** The overlapped tables of a run and one on either side. */
    List<TableMetadata> around(Run run) {
      return around(run, 1);
    }

    private List<TableMetadata> around(Run run, int more) {
      byte[] smallest = sources.getFirst().tables().getFirst().smallestKey();
      byte[] largest = smallest;
      for (Source source : sources) {
        // The tables of a source ascend.
        byte[] first = source.tables().getFirst().smallestKey();
        byte[] last = source.tables().getLast().largestKey();
        smallest = Arrays.compareUnsigned(first, smallest) < 0 ? first : smallest;
        largest = Arrays.compareUnsigned(last, largest) > 0 ? last : largest;
      }
      int from = run.firstEndingAtOrAfter(smallest);
      int to = Math.max(from, run.firstStartingAfter(largest));
      return run.tables().subList(Math.max(0, from - more), Math.min(run.size(), to + more));
    }

    /** Makes one run of a level below level 0 that has several, as another policy may leave it. */
    static Merge ofLevel(Shape shape, int level) {
      List<Source> sources = shape.runs(level).stream().map(run -> Source.of(level, run)).toList();
      return new Merge(sources, Target.of(shape, level, sources), false);
    }
  }

  /**
   * A trivial move: tables change their level without being rewritten. They overlap nothing there.
   *
   * @param sources the tables by run
   * @param target the run that the tables become part of
   */
  record Move(List<Source> sources, Target target) implements Compaction {

    /** Takes a copy of the list. */
    public Move {
      sources = List.copyOf(sources);
    }

    /**
     * A move if no two tables overlap, a merge otherwise. Several tables of which one is small are
     * merged into larger ones, and tables with many deletions are merged when they reach the lowest
     * level, where the deletions are dropped.
     */
    static Compaction orMerge(
        List<Source> sources, Target target, LevelTargets targets, CompactionPolicy policy) {
      List<TableMetadata> tables = sources.stream().flatMap(s -> s.tables().stream()).toList();
      boolean dropsDeletions = target.level() >= targets.lowestLevel();
      boolean movable =
          KeyIntervals.areDisjoint(tables)
              && (tables.size() == 1 || tables.stream().noneMatch(policy::isSmall))
              && !(dropsDeletions && tables.stream().anyMatch(Garbage::hasManyDeletions));
      return movable ? new Move(sources, target) : new Merge(sources, target, false);
    }

    /** The edit that moves the tables. */
    VersionEdit edit() {
      List<Change> changes = removals(sources);
      for (Source source : sources) {
        for (TableMetadata table : source.tables()) {
          changes.add(new TableAdded(target.level(), target.run(), table));
        }
      }
      return new VersionEdit(changes);
    }
  }

  /**
   * Tables that hold nothing but entries of dropped trees, or expired ones, are removed unread.
   *
   * @param sources the tables by run
   */
  record Drop(List<Source> sources) implements Compaction {

    /** Takes a copy of the list. */
    public Drop {
      sources = List.copyOf(sources);
    }

    /** Entries of the tables that expire. */
    long expiring() {
      return sources.stream()
          .flatMap(source -> source.tables().stream())
          .mapToLong(table -> table.expiry().entries())
          .sum();
    }

    /** The edit that removes the tables. */
    VersionEdit edit() {
      return new VersionEdit(removals(sources));
    }
  }

  /** The changes that remove all tables of the sources. */
  private static List<Change> removals(List<Source> sources) {
    List<Change> changes = new ArrayList<>();
    for (Source source : sources) {
      for (TableMetadata table : source.tables()) {
        changes.add(new TableRemoved(source.level(), source.run(), table.number()));
      }
    }
    return changes;
  }

  /** Entries of all sources. */
  default long entries() {
    return sources().stream().mapToLong(Source::entries).sum();
  }
}
