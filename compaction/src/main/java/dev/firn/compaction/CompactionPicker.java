package dev.firn.compaction;

import dev.firn.compaction.Compaction.Drop;
import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.RunPart;
import dev.firn.version.Shape;
import dev.firn.version.TreeCatalogue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides what to compact next. A pure function: the same shape, trees, policy and moment give the
 * same answer. It reads metadata only, so tests simulate stores of many terabytes.
 *
 * <p>The tree is leveled below level 0: one run per level, sized by {@link LevelTargets}. Level 0
 * holds one run per flush. The picker takes the first of these that applies:
 *
 * <ol>
 *   <li>Tables of dropped trees are removed, see {@link Drop}, and tables of which nothing is left,
 *       see {@link ExpiredTables}.
 *   <li>The level that exceeds its target size or run count by the largest factor is reduced, see
 *       {@link LevelZeroPicker} and {@link LevelPicker}.
 *   <li>Level 0 is compacted if its tables are small and refer to many bytes of values.
 *   <li>Tables that are mostly deletions are compacted into the next level.
 *   <li>Space is given back where that pays, and old deletions are compacted, see {@link
 *       GarbagePicker}.
 * </ol>
 *
 * <p>Picking ends: each compaction reduces the run count, moves bytes to a lower level, or removes
 * some.
 */
public final class CompactionPicker {

  private CompactionPicker() {}

  /** As {@link #pick(Shape, TreeCatalogue, CompactionPolicy, PickMoment)}, at any moment. */
  public static Optional<Compaction> pick(
      Shape shape, TreeCatalogue trees, CompactionPolicy policy) {
    return pick(shape, trees, policy, PickMoment.ANY);
  }

  /** The next compaction; empty when the tree meets its targets. */
  public static Optional<Compaction> pick(
      Shape shape, TreeCatalogue trees, CompactionPolicy basePolicy, PickMoment moment) {
    CompactionPolicy policy = basePolicy.forSize(shape.bytes());
    Optional<Compaction> dropped = pickDropped(shape, trees);
    if (dropped.isPresent()) {
      return dropped;
    }
    Optional<Compaction> expired = ExpiredTables.pick(shape, moment.clock());
    if (expired.isPresent()) {
      return expired;
    }
    LevelTargets targets = LevelTargets.of(shape, policy);
    for (int level : byUrgency(shape, targets, policy)) {
      Optional<Compaction> picked =
          level == 0
              ? new LevelZeroPicker(shape, targets, policy).pick()
              : pickLevel(shape, targets, policy, level);
      if (picked.isPresent()) {
        return picked;
      }
    }
    if (!shape.runs(0).isEmpty()) {
      Optional<Compaction> references =
          new LevelZeroPicker(shape, targets, policy).pickReferences(moment.atRest());
      if (references.isPresent()) {
        return references;
      }
    }
    Optional<Compaction> deletions = pickDeletions(shape, targets, policy);
    return deletions.isPresent()
        ? deletions
        : new GarbagePicker(shape, trees, targets, policy, moment).pick();
  }

  /**
   * A full compaction: everything into one run of the lowest level, without garbage. Empty when
   * there is nothing to do.
   *
   * @param before the next file number when the full compaction was requested; newer tables take no
   *     part. Otherwise versions that live snapshots keep would be rewritten forever.
   * @param clock see {@link PickMoment#clock}
   */
  public static Optional<Compaction> pickFull(
      Shape shape, TreeCatalogue trees, CompactionPolicy policy, long before, long clock) {
    Optional<Compaction> expired = ExpiredTables.pick(shape, clock);
    if (expired.isPresent()) {
      return expired;
    }
    int lowest = policy.lowestLevel(shape);
    List<Source> sources = new ArrayList<>();
    for (Source source : select(shape, 0, lowest, table -> true)) {
      // Runs flushed after the request are newer than all others and stay above them.
      if (source.level() > 0 || source.run() < before) {
        sources.add(source);
      }
    }
    List<TableMetadata> above = sources.stream().flatMap(s -> s.tables().stream()).toList();
    boolean single = shape.runs(lowest).size() < 2;
    KeyIntervals overlapped = KeyIntervals.of(above);
    sources.addAll(
        select(
            shape,
            lowest,
            lowest + 1,
            table ->
                !single
                    || overlapped.overlaps(table)
                    || (table.number() < before && !Garbage.isNone(table, trees, clock))));
    return sources.isEmpty()
        ? Optional.empty()
        : Optional.of(new Merge(sources, Target.of(shape, lowest, sources), true));
  }

  /**
   * A compaction that only makes reads faster, for when {@link #pick} finds nothing: level 0 into
   * the level below, however little it holds; or, where that exceeds the max size of a compaction,
   * its runs among each other.
   */
  public static Optional<Compaction> pickForReaders(Shape shape, CompactionPolicy basePolicy) {
    CompactionPolicy policy = basePolicy.forSize(shape.bytes());
    return shape.runs(0).isEmpty()
        ? Optional.empty()
        : new LevelZeroPicker(shape, LevelTargets.of(shape, policy), policy).pickForReaders();
  }

  private static Optional<Compaction> pickLevel(
      Shape shape, LevelTargets targets, CompactionPolicy policy, int level) {
    List<Run> runs = shape.runs(level);
    if (runs.size() > 1) {
      return Optional.of(Merge.ofLevel(shape, level));
    }
    long excess = shape.bytes(level) - targets.bytes(level);
    return level == targets.lowestLevel()
        ? Optional.empty()
        : Optional.of(
            new LevelPicker(shape, targets, policy, level, runs.getFirst(), level + 1)
                .pick(1, excess));
  }

  /** The levels that exceed their targets, the most urgent first. */
  private static List<Integer> byUrgency(
      Shape shape, LevelTargets targets, CompactionPolicy policy) {
    double[] scores = new double[shape.levels()];
    List<Integer> levels = new ArrayList<>();
    for (int level = 0; level < scores.length; level++) {
      scores[level] = score(shape, targets, policy, level);
      if (scores[level] >= 1) {
        levels.add(level);
      }
    }
    levels.sort(Comparator.comparingDouble(level -> -scores[level]));
    return levels;
  }

  private static double score(
      Shape shape, LevelTargets targets, CompactionPolicy policy, int level) {
    int runs = shape.runs(level).size();
    if (level == 0) {
      return Math.max(
          (double) runs / policy.levelZeroRuns(),
          (double) shape.bytes(0) / policy.levelZeroBytes());
    }
    long bytes = shape.bytes(level);
    if (runs > 1) {
      return runs;
    }
    if (level < targets.baseLevel()) {
      // Superfluous: emptied, but with a low score.
      return runs == 0 ? 0 : 1 + (double) bytes / policy.levelBaseBytes();
    }
    // A level at its target scores below 1: no table is small enough to be its excess.
    return (double) bytes / (targets.bytes(level) + 1.0);
  }

  private static Optional<Compaction> pickDeletions(
      Shape shape, LevelTargets targets, CompactionPolicy policy) {
    for (int level = 1; level < Math.min(targets.lowestLevel(), shape.levels()); level++) {
      for (Run run : shape.runs(level)) {
        int found = firstWithDeletions(run, policy);
        if (found < run.size()) {
          return Optional.of(
              new LevelPicker(shape, targets, policy, level, run, level + 1).pickTable(found));
        }
      }
    }
    return Optional.empty();
  }

  /** Index of the first table that is mostly deletions; the table count if there is none. */
  private static int firstWithDeletions(Run run, CompactionPolicy policy) {
    for (int i = 0; i < run.parts(); i++) {
      RunPart part = run.part(i);
      for (int at = 0; part.maxDeletionShare() * 100 >= policy.deletionPercent(); at++) {
        TableMetadata table = part.table(at);
        if (table.deletions() / (double) table.entries() * 100 >= policy.deletionPercent()) {
          return run.start(i) + at;
        }
      }
    }
    return run.size();
  }

  /** Removes the tables of dropped trees, if there are any. */
  static Optional<Compaction> pickDropped(Shape shape, TreeCatalogue trees) {
    List<Source> sources = new ArrayList<>();
    for (int level = 0; level < shape.levels(); level++) {
      for (Run run : shape.runs(level)) {
        List<TableMetadata> tables = new ArrayList<>();
        for (int i = 0; i < run.parts(); i++) {
          if (run.part(i).hasGarbage(trees)) {
            run.part(i).tables().stream()
                .filter(table -> Garbage.isAll(table, trees))
                .forEach(tables::add);
          }
        }
        if (!tables.isEmpty()) {
          sources.add(new Source(level, run.id(), tables));
        }
      }
    }
    return sources.isEmpty() ? Optional.empty() : Optional.of(new Drop(sources));
  }

  /** The tables of some levels that match, by run, newest first. */
  private static List<Source> select(
      Shape shape, int fromLevel, int toLevel, Predicate<TableMetadata> matches) {
    List<Source> sources = new ArrayList<>();
    for (int level = fromLevel; level < toLevel; level++) {
      for (Run run : shape.runs(level)) {
        List<TableMetadata> tables = run.tables().stream().filter(matches).toList();
        if (!tables.isEmpty()) {
          sources.add(new Source(level, run.id(), tables));
        }
      }
    }
    return sources;
  }
}
