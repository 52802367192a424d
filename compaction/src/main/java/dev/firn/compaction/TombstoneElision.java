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
import java.util.function.BiConsumer;

/**
 * Decides which deletions a merge may drop: those of keys of which no table outside the merge may
 * hold older entries.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class TombstoneElision {

  private final KeyIntervals intervals;

  /** The first and last keys of the intervals, alternating. */
  private final SortedKeyScan bounds;

  private TombstoneElision(Arena arena, KeyIntervals intervals) {
    this.intervals = intervals;
    List<byte[]> keys = new ArrayList<>();
    for (KeyIntervals.Interval interval : intervals.intervals()) {
      keys.add(interval.first());
      keys.add(interval.last());
    }
    this.bounds = new SortedKeyScan(arena, keys);
  }

  static TombstoneElision of(Arena arena, Shape shape, Merge merge) {
    Set<Long> inputs = new HashSet<>();
    long oldestRun = merge.target().run();
    for (Source source : merge.sources()) {
      source.tables().forEach(table -> inputs.add(table.number()));
      if (source.level() == merge.target().level()) {
        oldestRun = Math.min(oldestRun, source.run());
      }
    }
    List<TableMetadata> older = new ArrayList<>();
    for (int level = merge.target().level(); level < shape.levels(); level++) {
      for (Run run : shape.runs(level)) {
        if (level > merge.target().level() || run.id() < oldestRun) {
          merge.overlapped(run).stream()
              .filter(table -> !inputs.contains(table.number()))
              .forEach(older::add);
        }
      }
    }
    return new TombstoneElision(arena, KeyIntervals.of(older));
  }

  /** Whether older entries of a key may exist; to be asked with ascending keys. */
  boolean mayContain(MemorySegment key, long offset, int length) {
    int passed = bounds.passed(key, offset, length);
    return bounds.isOnKey() || (passed & 1) == 1;
  }

  /** Passes on the parts of a range where older entries may exist. */
  void forEachOlder(byte[] start, byte[] end, BiConsumer<byte[], byte[]> parts) {
    intervals.forEachWithin(start, end, parts);
  }

  /** Whether older entries of a key in this table's range may exist. */
  boolean mayOverlap(TableMetadata table) {
    return intervals.overlaps(table);
  }
}
