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
 * Finds the input tables of a merge that need no rewrite: no other input has a key in their range.
 * Such a table stays in its run, or moves to the target as it is.
 *
 * <p>The key ranges alone do not tell: the tables are searched, once for each pair that overlaps.
 * That is wasted where the inputs are dense. Where they are sparse, such as flushes with keys of a
 * few trees among many, most of the level below need not be rewritten.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class TrivialMoveFinder {

  private final Merge merge;
  private final Map<Long, Table> tables;
  private final TombstoneElision elision;
  private final TreeCatalogue trees;
  private final CompactionPolicy policy;
  private final MergeRanges ranges;
  private final Set<Long> emptied;
  private final long clock;

  /**
   * @param tables the sources' tables, open, by number
   * @param emptied the value files that values are moved from
   * @param clock the clock of no reader shows less
   */
  TrivialMoveFinder(
      Merge merge,
      Map<Long, Table> tables,
      TombstoneElision elision,
      TreeCatalogue trees,
      CompactionPolicy policy,
      MergeRanges ranges,
      Set<Long> emptied,
      long clock) {
    this.ranges = ranges;
    this.emptied = emptied;
    this.clock = clock;
    this.merge = merge;
    this.tables = tables;
    this.elision = elision;
    this.trees = trees;
    this.policy = policy;
  }

  /** The numbers of the tables that need no rewrite. */
  Set<Long> find() {
    if (!ranges.isEmpty()) {
      return Set.of(); // entries of any table may be removed
    }
    List<Run> runs = new ArrayList<>();
    for (Source source : merge.sources()) {
      runs.add(new Run(source.run(), source.tables()));
    }
    Set<Long> found = new HashSet<>();
    for (int own = 0; own < runs.size(); own++) {
      for (TableMetadata table : runs.get(own).tables()) {
        if (isWorthKeeping(table) && !othersHaveKeyIn(table, runs, own)) {
          found.add(table.number());
        }
      }
    }
    return found;
  }

  private boolean isWorthKeeping(TableMetadata table) {
    if (merge.rewrite()) {
      return Garbage.isNone(table, trees, clock) && Garbage.bytesIn(table, emptied) == 0;
    }
    return !policy.isSmall(table)
        && (!Garbage.hasManyDeletions(table) || elision.mayOverlap(table));
  }

  private boolean othersHaveKeyIn(TableMetadata table, List<Run> runs, int own) {
    byte[] smallest = table.smallestKey();
    byte[] largest = table.largestKey();
    for (int other = 0; other < runs.size(); other++) {
      if (other != own) {
        for (TableMetadata overlapping : runs.get(other).overlapping(smallest, largest)) {
          if (hasKey(open(overlapping), smallest, largest)) {
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
