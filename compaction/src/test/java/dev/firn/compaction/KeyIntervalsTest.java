package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.sstable.EntryStats;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyIntervalsTest {

  private static TableMetadata table(long number, String first, String last) {
    return new TableMetadata(
        number, 100, Entry.key(first), Entry.key(last), new EntryStats(10, 0, 90, 1, 9));
  }

  @Test
  void intervals_unite() {
    KeyIntervals intervals =
        KeyIntervals.of(
            List.of(
                table(1, "d", "f"), table(2, "a", "b"), table(3, "e", "h"), table(4, "h", "i")));
    assertEquals(2, intervals.intervals().size());
    assertEquals(true, intervals.overlaps(table(5, "i", "z")));
    assertEquals(false, intervals.overlaps(table(5, "bb", "c")));
    assertEquals(false, intervals.overlaps(table(5, "j", "z")));
    assertEquals(true, intervals.hasBetween(null, Entry.key("aa")));
    assertEquals(false, intervals.hasBetween(Entry.key("bb"), Entry.key("d")));
    assertEquals(true, intervals.hasBetween(Entry.key("bb"), Entry.key("da")));
    assertEquals(false, intervals.hasBetween(Entry.key("j"), null));
  }
}
