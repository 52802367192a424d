package dev.firn.compaction;

import dev.firn.compaction.Compaction.Drop;
import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Move;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.core.StoreKey;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import dev.firn.version.TreeCatalogue;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides what to merge next. A pure function: the same shape, trees and policy, the same answer.
 * It needs no open table, so it can be tried on stores of many terabytes that do not exist.
 *
 * <p>The tree is leveled below level 0: one run a level, sized by {@link LevelTargets}. Level 0
 * holds what was flushed, in as many runs. In this order:
 *
 * <ol>
 *   <li>Tables of dropped trees go, see {@link Drop}.
 *   <li>The level that is the most too large, or has the most runs too many, gets smaller: see
 *       {@link LevelZeroPicker} and {@link LevelPicker}.
 *   <li>Tables that are mostly deletions go down one level.
 * </ol>
 *
 * <p>The order ends: each step empties runs, or moves bytes down, or takes some away.
 */
public final class CompactionPicker {

  private CompactionPicker() {}

  /** What to do next; empty when the tree is as it should be. */
  public static Optional<Compaction> pick(
      Shape shape, TreeCatalogue trees, CompactionPolicy policy) {
    List<Source> dropped = select(shape, 0, shape.levels(), table -> !mayHaveLive(table, trees));
    if (!dropped.isEmpty()) {
      return Optional.of(new Drop(dropped));
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
    return pickDeletions(shape, targets, policy);
  }

  /**
   * Everything into one run of the lowest level, without what can be got rid of. Empty when there
   * is nothing to do.
   *
   * @param before what is made later is left alone: the number of the next file when this was asked
   *     for. Without it, versions that live snapshots keep would be written again for ever.
   */
  public static Optional<Compaction> pickFull(
      Shape shape, TreeCatalogue trees, CompactionPolicy policy, long before) {
    int lowest = policy.lowestLevel(shape);
    List<Source> sources = new ArrayList<>();
    for (Source source : select(shape, 0, lowest, table -> true)) {
      // Runs that were flushed since are newer than all else, and stay above it.
      if (source.level() > 0 || source.run() < before) {
        sources.add(source);
      }
    }
    List<TableMetadata> above = sources.stream().flatMap(s -> s.tables().stream()).toList();
    boolean single = shape.runs(lowest).size() < 2;
    KeyIntervals touched = KeyIntervals.of(above);
    sources.addAll(
        select(
            shape,
            lowest,
            lowest + 1,
            table ->
                !single
                    || touched.overlaps(table)
                    || (table.number() < before && !isClean(table, trees))));
    return sources.isEmpty()
        ? Optional.empty()
        : Optional.of(new Merge(sources, target(shape, lowest, sources), true));
  }

  /**
   * What to merge for the sake of readers alone, when {@link #pick} finds nothing: level 0 into the
   * level below, however little it holds; or, where that is too much to be done at once, its runs
   * among each other.
   */
  public static Optional<Compaction> pickForReaders(Shape shape, CompactionPolicy policy) {
    return shape.runs(0).isEmpty()
        ? Optional.empty()
        : new LevelZeroPicker(shape, LevelTargets.of(shape, policy), policy).pickForReaders();
  }

  private static Optional<Compaction> pickLevel(
      Shape shape, LevelTargets targets, CompactionPolicy policy, int level) {
    List<Run> runs = shape.runs(level);
    if (runs.size() > 1) {
      return Optional.of(LevelPicker.mergeRuns(shape, level));
    }
    long excess = shape.bytes(level) - targets.bytes(level);
    return level == targets.lowest()
        ? Optional.empty()
        : Optional.of(
            new LevelPicker(shape, targets, policy, level, runs.getFirst(), level + 1)
                .pick(1, excess));
  }

  /** The levels of which something has to be taken away, the most urgent first. */
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
    if (level < targets.base()) {
      // Not in use any more: empty it, but not before all else.
      return runs == 0 ? 0 : 1 + (double) bytes / policy.levelBaseBytes();
    }
    // Just over the target is not too large yet: less than a table's worth cannot be taken away.
    return (double) bytes / (targets.bytes(level) + 1.0);
  }

  private static Optional<Compaction> pickDeletions(
      Shape shape, LevelTargets targets, CompactionPolicy policy) {
    for (int level = 1; level < Math.min(targets.lowest(), shape.levels()); level++) {
      for (Run run : shape.runs(level)) {
        for (TableMetadata table : run.tables()) {
          if (table.deletions() * 100.0 >= (double) policy.deletionPercent() * table.entries()) {
            return Optional.of(
                new LevelPicker(shape, targets, policy, level, run, level + 1).pick(table));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** The tables of some levels that fit, by run, newest first. */
  private static List<Source> select(
      Shape shape, int fromLevel, int toLevel, Predicate<TableMetadata> fits) {
    List<Source> sources = new ArrayList<>();
    for (int level = fromLevel; level < toLevel; level++) {
      for (Run run : shape.runs(level)) {
        List<TableMetadata> tables = run.tables().stream().filter(fits).toList();
        if (!tables.isEmpty()) {
          sources.add(new Source(level, run.id(), tables));
        }
      }
    }
    return sources;
  }

  /** The run of a level that a merge's output becomes part of: its newest one, or a new one. */
  static Target target(Shape shape, int level, List<Source> sources) {
    return new Target(
        level,
        shape.runs(level).isEmpty() ? sources.getFirst().run() : shape.runs(level).getFirst().id());
  }

  /** Whether a table may have entries of a tree that is still there. */
  private static boolean mayHaveLive(TableMetadata table, TreeCatalogue trees) {
    return trees.containsAny(tree(table.smallestKey()), tree(table.largestKey()));
  }

  /** Whether a table certainly has one version of each key, no deletion, and no dropped tree. */
  static boolean isClean(TableMetadata table, TreeCatalogue trees) {
    return table.deletions() == 0
        && table.largestSequence() == 0
        && trees.containsAll(tree(table.smallestKey()), tree(table.largestKey()));
  }

  private static int tree(byte[] key) {
    return StoreKey.tree(MemorySegment.ofArray(key), 0);
  }

  /** Whether so many of a table's entries are deletions that it is worth a rewrite to lose them. */
  static boolean hasManyDeletions(TableMetadata table) {
    return table.deletions() * 20.0 > table.entries();
  }

  /**
   * A move where no table overlaps another, a merge otherwise. Small tables are merged rather than
   * moved when there are several, to become larger ones, and so are deletions that reach the lowest
   * level, to be forgotten.
   */
  static Compaction moveOrMerge(
      List<Source> sources, Target target, LevelTargets targets, CompactionPolicy policy) {
    List<TableMetadata> tables = sources.stream().flatMap(s -> s.tables().stream()).toList();
    boolean movable =
        KeyIntervals.areDisjoint(tables)
            && tables.stream()
                .allMatch(
                    table ->
                        (tables.size() == 1 || !TableReuse.isSmall(table, policy))
                            && (target.level() < targets.lowest() || !hasManyDeletions(table)));
    return movable ? new Move(sources, target) : new Merge(sources, target, false);
  }
}
