package dev.firn.compaction;

import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tables that no compaction may take while some tables are set aside: those, and every newer
 * table that has a key range in common with a blocked one. So nothing newer sinks below a table
 * that stays, and a deletion stays above the entries that it hides.
 *
 * <p><b>Threading.</b> Immutable.
 */
final class BlockedTables {

  private final Set<Long> numbers = new HashSet<>();

  /** The tables whose ranges new tables should not straddle. */
  private final List<TableMetadata> obstacles = new ArrayList<>();

  private BlockedTables() {}

  /**
   * @param aside the numbers of the tables that are set aside
   */
  static BlockedTables of(Shape shape, Set<Long> aside) {
    BlockedTables blocked = new BlockedTables();
    List<TableMetadata> older = new ArrayList<>();
    for (int level = shape.levels() - 1; level >= 0; level--) {
      for (Run run : shape.runs(level).reversed()) {
        KeyIntervals intervals = KeyIntervals.of(older);
        for (TableMetadata table : run.tables()) {
          boolean isAside = aside.contains(table.number());
          if (isAside || intervals.overlaps(table)) {
            blocked.numbers.add(table.number());
            older.add(table);
            if (isAside || level > 0) {
              blocked.obstacles.add(table);
            }
          }
        }
      }
    }
    return blocked;
  }

  /** The numbers of the blocked tables. */
  Set<Long> numbers() {
    return numbers;
  }

  /**
   * The keys before which a new table should end, ascending: the first keys of the ranges that are
   * blocked below level 0, and the first keys after them.
   */
  List<byte[]> cuts() {
    List<byte[]> cuts = new ArrayList<>();
    for (KeyIntervals.Interval interval : KeyIntervals.of(obstacles).intervals()) {
      if (cuts.isEmpty() || !Arrays.equals(cuts.getLast(), interval.first())) {
        cuts.add(interval.first());
      }
      cuts.add(Arrays.copyOf(interval.last(), interval.last().length + 1));
    }
    return cuts;
  }
}
