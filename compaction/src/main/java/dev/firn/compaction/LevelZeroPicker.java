package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.TableMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do about a level 0 with too many runs.
 *
 * <p>All of it is merged into the level below if that is cheap: if it does not rewrite much more
 * there than it brings. Otherwise level 0 is made to have fewer, larger runs first, until it is:
 * the newest runs are merged among each other, as many as are, each, no larger than all newer ones
 * together. So an entry is rewritten within level 0 only when the run that it is in at least
 * doubles.
 *
 * <p>That makes small flushes bearable in front of a large level, and rewrites each byte about
 * twice while the load is high; reads pay with more runs to look into, which their filters make
 * cheap.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class LevelZeroPicker {

  /** With so many times the runs that level 0 may have, they are merged whatever their sizes. */
  private static final int TOO_MANY = 3;

  private final Shape shape;
  private final LevelTargets targets;
  private final CompactionPolicy policy;
  private final List<Run> runs;

  LevelZeroPicker(Shape shape, LevelTargets targets, CompactionPolicy policy) {
    this.shape = shape;
    this.targets = targets;
    this.policy = policy;
    this.runs = shape.runs(0);
  }

  Optional<Compaction> pick() {
    List<Source> sources = sources(runs.size());
    Source below = below();
    if (below.bytes() / policy.levelZeroCost() <= shape.bytes(0)) {
      if (!below.tables().isEmpty()) {
        sources.add(below);
      }
      Target target = CompactionPicker.target(shape, targets.belowZero(), sources);
      return Optional.of(CompactionPicker.moveOrMerge(sources, target, targets, policy));
    }
    int similar = similar();
    if (similar >= Math.max(2, policy.levelZeroRuns())) {
      return Optional.of(mergeNewest(similar));
    }
    if (runs.size() >= Math.max(2, TOO_MANY * policy.levelZeroRuns())) {
      return Optional.of(mergeNewest(runs.size()));
    }
    return Optional.empty();
  }

  /** How many of the newest runs are, each, no larger than all newer ones together. */
  private int similar() {
    long newer = runs.getFirst().bytes();
    int count = 1;
    while (count < runs.size() && runs.get(count).bytes() <= newer) {
      newer += runs.get(count).bytes();
      count++;
    }
    return count;
  }

  private Compaction mergeNewest(int count) {
    // The output takes the place of the newest: runs flushed meanwhile have larger ids.
    return new Merge(sources(count), new Target(0, runs.getFirst().id()), false);
  }

  private List<Source> sources(int count) {
    List<Source> sources = new ArrayList<>();
    for (Run run : runs.subList(0, count)) {
      sources.add(new Source(0, run.id(), run.tables()));
    }
    return sources;
  }

  /**
   * The tables below that level 0 overlaps, and small ones beside them: so many small flushes of
   * ascending keys do not leave many small tables.
   */
  private Source below() {
    List<Run> level = shape.runs(targets.belowZero());
    if (level.isEmpty()) {
      return new Source(targets.belowZero(), 0, List.of());
    }
    List<TableMetadata> all = new ArrayList<>();
    runs.forEach(run -> all.addAll(run.tables()));
    KeyIntervals touched = KeyIntervals.of(all);
    List<TableMetadata> candidates = level.getFirst().tables();
    List<TableMetadata> taken = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      if (touched.overlaps(candidates.get(i))
          || (isSmall(candidates.get(i)) && isBeside(candidates, i, touched))) {
        taken.add(candidates.get(i));
      }
    }
    return new Source(targets.belowZero(), level.getFirst().id(), taken);
  }

  /** Small in itself, and not much larger than what level 0 would add to it. */
  private boolean isSmall(TableMetadata table) {
    return TableReuse.isSmall(table, policy)
        && table.fileBytes() / policy.levelZeroCost() <= shape.bytes(0);
  }

  /** Whether nothing lies between a table and what level 0 holds before or behind it. */
  private static boolean isBeside(List<TableMetadata> tables, int at, KeyIntervals touched) {
    byte[] first = tables.get(at).smallestKey();
    byte[] last = tables.get(at).largestKey();
    byte @Nullable [] before = at == 0 ? null : tables.get(at - 1).largestKey();
    byte @Nullable [] behind = at + 1 == tables.size() ? null : tables.get(at + 1).smallestKey();
    return touched.hasBetween(before, first) || touched.hasBetween(last, behind);
  }
}
