package dev.firn.compaction;

import dev.firn.compaction.Compaction.Drop;
import dev.firn.compaction.Compaction.Source;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.RunPart;
import dev.firn.version.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the tables that hold nothing but entries that have expired for every reader, and deletions.
 * They go without being read.
 *
 * <p>An expired entry hides older entries of its key. So a table stays while an older one overlaps
 * it, unless that one goes as well.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class ExpiredTables {

  private final Shape shape;
  private final long clock;
  private final Set<Long> found = new HashSet<>();

  /** The runs below, the oldest last. */
  private final List<Run> older = new ArrayList<>();

  private ExpiredTables(Shape shape, long clock) {
    this.shape = shape;
    this.clock = clock;
  }

  /**
   * Removes these tables, if there are any.
   *
   * @param clock the clock of no reader shows less; 0 if nothing expires
   */
  static Optional<Compaction> pick(Shape shape, long clock) {
    return clock > 0 && new ExpiredTables(shape, clock).haveAny()
        ? new ExpiredTables(shape, clock).pick()
        : Optional.empty();
  }

  private boolean haveAny() {
    for (int level = 0; level < shape.levels(); level++) {
      for (Run run : shape.runs(level)) {
        for (int i = 0; i < run.parts(); i++) {
          if (run.part(i).firstExpired() <= clock) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private Optional<Compaction> pick() {
    Deque<Source> sources = new ArrayDeque<>();
    for (int level = shape.levels() - 1; level >= 0; level--) {
      for (Run run : shape.runs(level).reversed()) {
        List<TableMetadata> tables = expired(run);
        if (!tables.isEmpty()) {
          sources.addFirst(new Source(level, run.id(), tables));
          tables.forEach(table -> found.add(table.number()));
        }
        older.addFirst(run);
      }
    }
    return sources.isEmpty() ? Optional.empty() : Optional.of(new Drop(List.copyOf(sources)));
  }

  private List<TableMetadata> expired(Run run) {
    List<TableMetadata> tables = new ArrayList<>();
    for (int i = 0; i < run.parts(); i++) {
      RunPart part = run.part(i);
      for (int at = 0; part.firstExpired() <= clock && at < part.size(); at++) {
        TableMetadata table = part.table(at);
        if (table.isExpiredAt(clock) && hidesNothing(table)) {
          tables.add(table);
        }
      }
    }
    return tables;
  }

  private boolean hidesNothing(TableMetadata table) {
    for (Run run : older) {
      for (TableMetadata below : run.overlapping(table.smallestKey(), table.largestKey())) {
        if (!found.contains(below.number())) {
          return false;
        }
      }
    }
    return true;
  }
}
