package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.sstable.EntryStats;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.version.VersionEdit.TreeDropped;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {

  private static TableAdded add(int level, long run, long number, String first, String last) {
    return new TableAdded(
        level,
        run,
        new TableMetadata(
            number, 100, Entry.key(first), Entry.key(last), new EntryStats(10, 0, 90, 1, 9)));
  }

  private static Shape shape(TableAdded... tables) {
    return Shape.empty().apply(List.of(), List.of(tables));
  }

  private static void assertRefused(Shape shape, List<TableRemoved> removed, TableAdded... added) {
    assertThrows(IllegalArgumentException.class, () -> shape.apply(removed, Arrays.asList(added)));
  }

  @Test
  void runs_newestFirst() {
    Shape shape =
        shape(
            add(0, 3, 3, "a", "c"),
            add(0, 9, 10, "k", "m"),
            add(0, 9, 9, "a", "c"),
            add(2, 4, 4, "a", "z"));
    assertEquals("[run 9 of 2 tables, run 3 of 1 tables]", shape.runs(0).toString());
    assertEquals(9, shape.runs(0).getFirst().tables().getFirst().number());
    assertEquals(3, shape.levels());
    assertEquals(List.of(), shape.runs(1));
    assertEquals(List.of(), shape.runs(7));
    assertEquals(400, shape.bytes());
    assertEquals(4, shape.tables().size());
    assertEquals(
        shape.toString(),
        Shape.empty().apply(List.of(), new VersionEdit(shape.snapshot()).all(TableAdded.class))
            + "");
  }

  @Test
  void apply_keepsWhatDoesNotChange() {
    Shape before = shape(add(0, 3, 3, "a", "c"), add(1, 4, 4, "a", "z"));
    Shape after = before.apply(List.of(), List.of(add(0, 5, 5, "a", "b")));
    assertSame(before.runs(1).getFirst(), after.runs(1).getFirst());
    assertSame(before.runs(0).getFirst(), after.runs(0).getLast());
    assertSame(before, before.apply(List.of(), List.of()));
    assertEquals(
        0,
        after
            .apply(
                List.of(
                    new TableRemoved(0, 3, 3),
                    new TableRemoved(0, 5, 5),
                    new TableRemoved(1, 4, 4)),
                List.of())
            .levels());
  }

  @Test
  void apply_moves() {
    Shape before = shape(add(0, 3, 3, "a", "c"), add(1, 4, 4, "d", "z"));
    Shape after = before.apply(List.of(new TableRemoved(0, 3, 3)), List.of(add(1, 4, 3, "a", "c")));
    assertEquals("L0: [], L1: [run 4 of 2 tables]", after.toString());
  }

  @Test
  void apply_refuses() {
    Shape shape = shape(add(0, 3, 3, "b", "d"), add(1, 4, 4, "d", "z"));
    assertRefused(shape, List.of(), add(1, 4, 5, "a", "d"));
    assertRefused(shape, List.of(), add(1, 4, 5, "e", "f"));
    assertRefused(shape, List.of(), add(0, 9, 4, "a", "b"));
    assertRefused(shape, List.of(), add(0, 9, 9, "c", "b"));
    assertRefused(shape, List.of(new TableRemoved(0, 3, 4)));
    assertRefused(shape, List.of(new TableRemoved(0, 4, 3)));
    assertRefused(shape, List.of(new TableRemoved(0, 3, 3), new TableRemoved(0, 3, 3)));
    assertThrows(IllegalArgumentException.class, () -> add(VersionEdit.MAX_LEVELS, 1, 1, "a", "b"));
    assertThrows(IllegalArgumentException.class, () -> new TableRemoved(-1, 1, 1));
  }

  @Test
  void state_refuses() {
    StoreState state =
        StoreState.empty()
            .apply(
                VersionEdit.of(
                    new TreeCreated(3, "three"), new JournalFloor(5), new LastSequence(7)));
    assertEquals(4, state.trees().nextId());
    for (VersionEdit.Change change :
        List.of(
            new TreeCreated(3, "other"),
            new TreeCreated(2, "other"),
            new TreeCreated(4, "three"),
            new TreeDropped(4),
            new JournalFloor(4),
            new LastSequence(6))) {
      assertThrows(IllegalArgumentException.class, () -> state.apply(VersionEdit.of(change)));
    }
  }
}
