package dev.firn.version;

import dev.firn.sstable.TableMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * A change from one {@link Version} to the next: it happens as a whole or not at all. Its bytes are
 * made by {@link VersionEditCodec}.
 *
 * <p>The order of the changes does not matter, except that of trees.
 *
 * <p><b>Threading.</b> Immutable.
 */
public record VersionEdit(List<Change> changes) {

  /** Takes a copy of the list. */
  public VersionEdit {
    changes = List.copyOf(changes);
  }

  /** An edit of these changes. */
  public static VersionEdit of(Change... changes) {
    return new VersionEdit(List.of(changes));
  }

  /** This edit with more changes behind its own. */
  public VersionEdit with(Change... more) {
    List<Change> all = new ArrayList<>(changes);
    all.addAll(List.of(more));
    return new VersionEdit(all);
  }

  /** The changes of one kind. */
  public <T extends Change> List<T> all(Class<T> kind) {
    return changes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static void checkLevel(int level) {
    if (level < 0 || level >= Shape.MAX_LEVELS) {
      throw new IllegalArgumentException("level=" + level);
    }
  }

  /** One thing that becomes different. */
  public sealed interface Change {}

  /**
   * A table is part of the store.
   *
   * @param level the level, below {@link Shape#MAX_LEVELS}
   * @param run the id of the run, which is made if need be
   * @param table the table
   */
  public record TableAdded(int level, long run, TableMetadata table) implements Change {

    /**
     * @throws IllegalArgumentException when there is no such level
     */
    public TableAdded {
      checkLevel(level);
    }
  }

  /**
   * A table is no longer part of the store, or no longer at this place.
   *
   * @param level the level it is in
   * @param run the id of the run it is in
   * @param number its number
   */
  public record TableRemoved(int level, long run, long number) implements Change {

    /**
     * @throws IllegalArgumentException when there is no such level
     */
    public TableRemoved {
      checkLevel(level);
    }
  }

  /**
   * Numbers below this one were given to files.
   *
   * @param number the next number
   */
  public record NextFileNumber(long number) implements Change {}

  /**
   * Journal segments below this one are not needed any more: their entries are in tables.
   *
   * @param number the lowest segment that is needed
   */
  public record JournalFloor(long number) implements Change {}

  /**
   * Entries up to this sequence are in tables, unless they were overwritten.
   *
   * @param sequence the sequence
   */
  public record LastSequence(long sequence) implements Change {}

  /**
   * A tree was created.
   *
   * @param id its id, never given before
   * @param name its name
   */
  public record TreeCreated(int id, String name) implements Change {}

  /**
   * A tree was dropped.
   *
   * @param id its id
   */
  public record TreeDropped(int id) implements Change {}

  /**
   * Ids below this one were given to trees.
   *
   * @param id the next id
   */
  public record NextTreeId(int id) implements Change {}
}
