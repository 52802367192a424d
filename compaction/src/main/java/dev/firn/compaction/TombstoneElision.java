package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where something older than a merge's output may lie: in tables below it that do not take part.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class TombstoneElision {

  private final KeyIntervals intervals;
  private final SortedKeyScan sweep;

  private TombstoneElision(Arena arena, KeyIntervals intervals) {
    this.intervals = intervals;
    List<byte[]> bounds = new ArrayList<>();
    for (KeyIntervals.Interval interval : intervals.intervals()) {
      bounds.add(interval.first());
      bounds.add(interval.last());
    }
    this.sweep = new SortedKeyScan(arena, bounds);
  }

  static TombstoneElision below(Arena arena, Shape shape, Merge merge) {
    Set<Long> taking = new HashSet<>();
    long oldestRun = merge.target().run();
    for (Source source : merge.sources()) {
      source.tables().forEach(table -> taking.add(table.number()));
      if (source.level() == merge.target().level()) {
        oldestRun = Math.min(oldestRun, source.run());
      }
    }
    List<TableMetadata> older = new ArrayList<>();
    for (int level = merge.target().level(); level < shape.levels(); level++) {
      for (Run run : shape.runs(level)) {
        if (level > merge.target().level() || run.id() < oldestRun) {
          run.tables().stream()
              .filter(table -> !taking.contains(table.number()))
              .forEach(older::add);
        }
      }
    }
    return new TombstoneElision(arena, KeyIntervals.of(older));
  }

  /** Whether something older of a key may lie there; to be asked with ascending keys. */
  boolean mayContain(MemorySegment key, long offset, int length) {
    int passed = sweep.passed(key, offset, length);
    return sweep.isOnKey() || (passed & 1) == 1;
  }

  /** Whether something older of a key in this table may lie there. */
  boolean overlap(TableMetadata table) {
    return intervals.overlaps(table);
  }
}
