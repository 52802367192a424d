package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.compaction.Compaction.Source;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.ExpiryStats;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Entry;
import dev.firn.version.Shape;
import dev.firn.version.StoreState;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.TableAdded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpiredTablesTest {

  private static final int ENTRIES = 10;

  private final List<TableAdded> tables = new ArrayList<>();

  private void add(int level, long number, String first, String last, long latest) {
    TableMetadata table =
        new TableMetadata(
            number, 100, Entry.key(first), Entry.key(last), new EntryStats(ENTRIES, 0, 90, 1, 9));
    tables.add(
        new TableAdded(
            level,
            level == 0 ? number : level,
            latest == 0 ? table : table.withExpiry(new ExpiryStats(ENTRIES, 1, latest))));
  }

  private List<Long> dropped(long clock) {
    Shape shape = StoreState.empty().apply(new VersionEdit(List.copyOf(tables))).shape();
    Optional<Compaction> picked = ExpiredTables.pick(shape, clock);
    List<Long> numbers = new ArrayList<>();
    if (picked.isPresent()) {
      for (Source source : picked.get().sources()) {
        source.tables().forEach(table -> numbers.add(table.number()));
      }
    }
    return numbers;
  }

  @Test
  void table_goes_atTheInstantOfItsLastEntry() {
    add(1, 5, "a", "c", 100);
    add(1, 6, "d", "f", 101);
    assertEquals(List.of(), dropped(0));
    assertEquals(List.of(), dropped(99));
    assertEquals(List.of(5L), dropped(100));
    assertEquals(List.of(5L, 6L), dropped(101));
  }

  @Test
  void table_stays_whileAnOlderOneBelowItStays() {
    add(0, 9, "a", "c", 100);
    add(0, 8, "x", "z", 100);
    add(1, 5, "b", "d", 0);
    assertEquals(List.of(8L), dropped(100));
  }

  @Test
  void table_goes_withOlderOnesThatGo() {
    add(0, 9, "a", "k", 100);
    add(0, 8, "c", "d", 90);
    add(2, 5, "b", "d", 50);
    assertEquals(List.of(9L, 8L, 5L), dropped(100));
    assertEquals(List.of(8L, 5L), dropped(99));
  }

  @Test
  void newerTable_doesNotMatter() {
    add(0, 9, "a", "k", 0);
    add(0, 8, "a", "k", 100);
    assertEquals(List.of(8L), dropped(100));
  }
}
