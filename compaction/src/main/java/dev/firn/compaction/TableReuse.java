package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.TreeCatalogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the tables of a merge that can be used again as they are: those that no key of another
 * table of the merge falls into.
 *
 * <p>That is looked up in the tables, by one search for each pair that overlaps. Where a merge is
 * dense that is a little time for nothing; but where it is not, as with flushes that hold keys of a
 * few trees among many, most of the level below need not be written again.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class TableReuse {

  /** Tables smaller than this part of the target size are written again, to become larger ones. */
  private static final int SMALL = 4;

  private final Merge merge;
  private final Map<Long, Table> tables;
  private final TombstoneElision older;
  private final TreeCatalogue trees;
  private final long smallBytes;

  /**
   * @param tables the sources' tables, open, by number
   */
  TableReuse(
      Merge merge,
      Map<Long, Table> tables,
      TombstoneElision older,
      TreeCatalogue trees,
      long targetTableBytes) {
    this.merge = merge;
    this.tables = tables;
    this.older = older;
    this.trees = trees;
    this.smallBytes = targetTableBytes / SMALL;
  }

  /** Whether a table is too small to be left as it is when there is a choice. */
  static boolean isSmall(TableMetadata table, CompactionPolicy policy) {
    return table.fileBytes() < policy.targetTableBytes() / SMALL;
  }

  /** The numbers of the tables that can be used again. */
  Set<Long> find() {
    List<Run> runs = new ArrayList<>();
    for (Source source : merge.sources()) {
      runs.add(new Run(source.run(), source.tables()));
    }
    Set<Long> found = new HashSet<>();
    for (int own = 0; own < runs.size(); own++) {
      for (TableMetadata table : runs.get(own).tables()) {
        if (isWorthKeeping(table) && !isMetByOthers(runs, own, table)) {
          found.add(table.number());
        }
      }
    }
    return found;
  }

  private boolean isWorthKeeping(TableMetadata table) {
    if (merge.rewrite()) {
      return CompactionPicker.isClean(table, trees);
    }
    return table.fileBytes() >= smallBytes
        && (!CompactionPicker.hasManyDeletions(table) || older.overlap(table));
  }

  private boolean isMetByOthers(List<Run> runs, int own, TableMetadata table) {
    byte[] smallest = table.smallestKey();
    byte[] largest = table.largestKey();
    for (int other = 0; other < runs.size(); other++) {
      if (other != own) {
        for (TableMetadata met : runs.get(other).overlapping(smallest, largest)) {
          if (hasKey(open(met), smallest, largest)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private Table open(TableMetadata table) {
    Table open = tables.get(table.number());
    if (open == null) {
      throw new IllegalArgumentException(table + " is not in the version");
    }
    return open;
  }

  /** Whether a table has a key from {@code smallest} to {@code largest}. */
  private static boolean hasKey(Table table, byte[] smallest, byte[] largest) {
    try (Arena arena = Arena.ofConfined();
        InternalCursor cursor = table.cursor(false)) {
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_BYTE, smallest);
      MemorySegment to = arena.allocateFrom(ValueLayout.JAVA_BYTE, largest);
      return cursor.seek(from, 0, smallest.length, SequenceNumber.MAX_TRAILER)
          && KeyOrder.compare(
                  cursor.key(), cursor.keyOffset(), cursor.keyLength(), to, 0, largest.length)
              <= 0;
    }
  }
}
