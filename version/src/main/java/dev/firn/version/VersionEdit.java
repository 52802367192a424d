package dev.firn.version;

import dev.firn.sstable.TableMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A change from one version of the store to the next. It is atomic: it happens as a whole or not at
 * all.
 *
 * <p>The order of changes matters for trees only.
 *
 * <p><b>Threading.</b> Immutable.
 */
public record VersionEdit(List<Change> changes) {

  /** Max level count: an edit can name levels 0 to 15. */
  public static final int MAX_LEVELS = 16;

  /** Takes a copy of the list. */
  public VersionEdit {
    changes = List.copyOf(changes);
  }

  /** An edit of these changes. */
  public static VersionEdit of(Change... changes) {
    return new VersionEdit(List.of(changes));
  }

  /** This edit, then more changes. */
  public VersionEdit with(Change... more) {
    List<Change> all = new ArrayList<>(changes);
    all.addAll(List.of(more));
    return new VersionEdit(all);
  }

  /** The changes of one kind. */
  <T extends Change> List<T> all(Class<T> kind) {
    return changes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The numbers of the value files that this edit adds. */
  public Set<Long> valueFiles() {
    return all(ValueFileAdded.class).stream()
        .map(ValueFileAdded::number)
        .collect(Collectors.toSet());
  }

  private static void checkLevel(int level) {
    if (level < 0 || level >= MAX_LEVELS) {
      throw new IllegalArgumentException("level=" + level);
    }
  }

  /** One change. */
  public sealed interface Change {}

  /**
   * A table becomes part of the store.
   *
   * @param level the level, below {@link #MAX_LEVELS}
   * @param run the id of the run, which is created if it does not exist
   * @param table the table
   */
  public record TableAdded(int level, long run, TableMetadata table) implements Change {

    /**
     * @throws IllegalArgumentException when the level is out of range
     */
    public TableAdded {
      checkLevel(level);
    }
  }

  /**
   * A table is removed from a run. If the same edit adds the table elsewhere, it is moved.
   *
   * @param level the level of the run
   * @param run the id of the run
   * @param number the table's number
   */
  public record TableRemoved(int level, long run, long number) implements Change {

    /**
     * @throws IllegalArgumentException when the level is out of range
     */
    public TableRemoved {
      checkLevel(level);
    }
  }

  /**
   * A journal segment becomes a value file, because tables of the same edit refer to it.
   *
   * @param number the segment's number
   * @param fileBytes the file's length
   * @param valueBytes bytes of the values that the tables refer to
   * @param shortest the length of the shortest of these values
   */
  public record ValueFileAdded(long number, long fileBytes, long valueBytes, int shortest)
      implements Change {}

  /**
   * File numbers below this one are taken.
   *
   * @param number the next number
   */
  public record NextFileNumber(long number) implements Change {}

  /**
   * Journal segments below this one are obsolete: their entries are in tables.
   *
   * @param number the lowest segment that is needed
   */
  public record JournalFloor(long number) implements Change {}

  /**
   * A journal segment was activated. Recovery needs it unless it is below the floor.
   *
   * @param number the newest segment that was activated
   */
  public record JournalHead(long number) implements Change {}

  /**
   * Entries up to this sequence are in tables, unless newer entries replaced them.
   *
   * @param sequence the sequence
   */
  public record LastSequence(long sequence) implements Change {}

  /**
   * A tree was created.
   *
   * @param id the tree's id, never used before
   * @param name the tree's name
   */
  public record TreeCreated(int id, String name) implements Change {}

  /**
   * A tree has other settings than before, or than a tree has when it is created.
   *
   * @param id the tree's id
   * @param settings all of its settings
   */
  public record TreeConfigured(int id, TreeSettings settings) implements Change {}

  /**
   * A tree was dropped.
   *
   * @param id the tree's id
   */
  public record TreeDropped(int id) implements Change {}

  /**
   * Tree ids below this one are taken.
   *
   * @param id the next id
   */
  public record NextTreeId(int id) implements Change {}
}
