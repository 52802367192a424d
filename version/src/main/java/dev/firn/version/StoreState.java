package dev.firn.version;

import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.ClockMark;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.JournalHead;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.NextFileNumber;
import dev.firn.version.VersionEdit.NextTreeId;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeConfigured;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.version.VersionEdit.TreeDropped;
import dev.firn.version.VersionEdit.ValueFileAdded;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything the manifest says about a store: the sum of its edits.
 *
 * @param shape which tables form the store
 * @param trees the store's trees
 * @param nextFileNumber file numbers below it are taken
 * @param journalFloor journal segments below it are obsolete
 * @param journalHead the journal segment that must exist, unless it is below the floor; 0 if there
 *     is none
 * @param lastSequence entries up to it are in tables
 * @param valueFiles the value files that the tables refer to
 * @param clock the clock by which entries expire does not show less; 0 if none was needed
 */
public record StoreState(
    Shape shape,
    TreeCatalogue trees,
    long nextFileNumber,
    long journalFloor,
    long journalHead,
    long lastSequence,
    ValueFiles valueFiles,
    long clock) {

  private static final StoreState EMPTY =
      new StoreState(Shape.empty(), TreeCatalogue.empty(), 1, 0, 0, 0, ValueFiles.none(), 0);

  /** The state of a new store. */
  public static StoreState empty() {
    return EMPTY;
  }

  /**
   * The state after an edit.
   *
   * @throws IllegalArgumentException when the edit does not fit this state: it removes a table that
   *     does not exist, a table refers to a value file that does not exist, tables of one run
   *     overlap, or a number decreases
   */
  public StoreState apply(VersionEdit edit) {
    List<TableRemoved> removals = edit.all(TableRemoved.class);
    List<TableAdded> additions = edit.all(TableAdded.class);
    Shape changedShape = shape.apply(removals, additions);
    ValueFiles changedValues =
        valueFiles.apply(shape, removals, additions, edit.all(ValueFileAdded.class));
    TreeCatalogue changedTrees = trees.apply(edit.changes());
    long next = nextFileNumber;
    long floor = journalFloor;
    long head = journalHead;
    long last = lastSequence;
    long mark = clock;
    for (Change change : edit.changes()) {
      switch (change) {
        case TableAdded added -> next = Math.max(next, added.table().number() + 1);
        case TableRemoved removed -> {} // done by the shape
        case ValueFileAdded file -> {} // done by the value files
        case NextFileNumber number -> next = Math.max(next, number.number());
        case JournalFloor number -> floor = forward("journalFloor", floor, number.number());
        case JournalHead number -> head = forward("journalHead", head, number.number());
        case LastSequence sequence -> last = forward("lastSequence", last, sequence.sequence());
        case ClockMark shown -> mark = Math.max(mark, shown.millis());
        case TreeCreated _, TreeConfigured _, TreeDropped _, NextTreeId _ -> {} // by the catalogue
      }
    }
    return new StoreState(changedShape, changedTrees, next, floor, head, last, changedValues, mark);
  }

  private static long forward(String name, long before, long after) {
    if (after < before) {
      throw new IllegalArgumentException(name + "=" + after + " is below " + before);
    }
    return after;
  }

  /** Whether the journal must have a segment. */
  public boolean requiresJournal() {
    return journalHead > 0 && journalHead >= journalFloor;
  }

  /** This state with another {@link #journalHead}. */
  StoreState withJournalHead(long number) {
    return new StoreState(
        shape, trees, nextFileNumber, journalFloor, number, lastSequence, valueFiles, clock);
  }

  /** This state, for which no journal segment need exist. */
  public StoreState withoutJournal() {
    return withJournalHead(0);
  }

  /** The edit that turns the empty state into this one. */
  VersionEdit snapshot() {
    List<Change> changes = new ArrayList<>(valueFiles.snapshot());
    changes.addAll(shape.snapshot());
    changes.addAll(trees.snapshot());
    changes.add(new NextFileNumber(nextFileNumber));
    changes.add(new JournalFloor(journalFloor));
    if (journalHead > 0) {
      changes.add(new JournalHead(journalHead));
    }
    changes.add(new LastSequence(lastSequence));
    if (clock > 0) {
      changes.add(new ClockMark(clock));
    }
    return new VersionEdit(changes);
  }
}
