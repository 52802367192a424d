package dev.firn.compaction;

import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be done to the tree next. It stays right while runs are added above, but not when
 * other tables that it names are changed: one compaction at a time.
 *
 * <p><b>Threading.</b> Immutable.
 */
public sealed interface Compaction {

  /** The tables that take part. */
  List<Source> sources();

  /**
   * Tables of one run.
   *
   * @param level the run's level
   * @param run the run's id
   * @param tables tables of it, neighbours or not, in their order
   */
  record Source(int level, long run, List<TableMetadata> tables) {

    /** Takes a copy of the list. */
    public Source {
      tables = List.copyOf(tables);
    }

    /** Bytes of the tables' files. */
    public long bytes() {
      return tables.stream().mapToLong(TableMetadata::fileBytes).sum();
    }

    /** Entries of the tables. */
    public long entries() {
      return tables.stream().mapToLong(TableMetadata::entries).sum();
    }
  }

  /**
   * Where the output goes.
   *
   * @param level the level
   * @param run the id of a run of that level, or of a new one
   */
  record Target(int level, long run) {}

  /**
   * Tables are merged into one run. Those that no key of another falls into need not be written
   * again.
   *
   * @param sources the tables by run, newest first
   * @param target the run that the output becomes part of
   * @param rewrite whether tables are to be written again even if nothing is merged into them, when
   *     that may rid them of deletions, old versions or dropped trees
   */
  record Merge(List<Source> sources, Target target, boolean rewrite) implements Compaction {

    /** Takes a copy of the list. */
    public Merge {
      sources = List.copyOf(sources);
    }
  }

  /**
   * Tables change their level as they are; they overlap nothing there.
   *
   * @param sources the tables by run
   * @param target the run that they become part of
   */
  record Move(List<Source> sources, Target target) implements Compaction {

    /** Takes a copy of the list. */
    public Move {
      sources = List.copyOf(sources);
    }

    /** The edit that does it. */
    public VersionEdit edit() {
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
   * Tables in which there is nothing but entries of dropped trees go.
   *
   * @param sources the tables by run
   */
  record Drop(List<Source> sources) implements Compaction {

    /** Takes a copy of the list. */
    public Drop {
      sources = List.copyOf(sources);
    }

    /** The edit that does it. */
    public VersionEdit edit() {
      return new VersionEdit(removals(sources));
    }
  }

  /** The changes that remove all tables of the sources from where they are. */
  private static List<Change> removals(List<Source> sources) {
    List<Change> changes = new ArrayList<>();
    for (Source source : sources) {
      for (TableMetadata table : source.tables()) {
        changes.add(new TableRemoved(source.level(), source.run(), table.number()));
      }
    }
    return changes;
  }

  /** Bytes of all sources. */
  default long bytes() {
    return sources().stream().mapToLong(Source::bytes).sum();
  }

  /** Entries of all sources. */
  default long entries() {
    return sources().stream().mapToLong(Source::entries).sum();
  }
}
