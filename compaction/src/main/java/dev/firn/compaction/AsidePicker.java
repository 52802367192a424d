package dev.firn.compaction;

import dev.firn.compaction.Compaction.Drop;
import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Move;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import dev.firn.version.TreeCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Picks compactions while damaged tables are set aside: they stay where they are, and the rest of
 * the tree is compacted around them.
 *
 * <p>The usual picker is given a shape without the {@link BlockedTables}. What it picks is valid in
 * the whole shape, with two exceptions: a merge within level 0, or of a level with several runs,
 * could put a newer table into the run of an older one that it overlaps. Level 0 is merged here
 * instead, whole runs of it, and not across a run that has a table set aside. New tables end where
 * a blocked range begins, so that with time only the blocked ranges stay high in the tree.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
public final class AsidePicker {

  /** At this many times the policy's run count, the runs of level 0 are merged before all else. */
  private static final int URGENT_FACTOR = 3;

  private final Shape shape;
  private final TreeCatalogue trees;
  private final CompactionPolicy policy;
  private final Set<Long> aside;

  /**
   * @param aside the numbers of the tables that are set aside
   */
  public AsidePicker(Shape shape, TreeCatalogue trees, CompactionPolicy policy, Set<Long> aside) {
    this.shape = shape;
    this.trees = trees;
    this.policy = policy;
    this.aside = aside;
  }

  /**
   * The next compaction.
   *
   * @param picker picks from a shape
   */
  public Optional<Compaction> pick(Function<Shape, Optional<Compaction>> picker) {
    if (aside.isEmpty()) {
      return picker.apply(shape);
    }
    // A damaged table of which nothing is needed goes without being read.
    Optional<Compaction> dropped = CompactionPicker.pickDropped(shape, trees);
    if (dropped.isPresent()) {
      return dropped;
    }
    if (mergeableRuns(shape, aside) >= URGENT_FACTOR * policy.levelZeroRuns()) {
      Optional<Compaction> urgent = mergeLevelZero();
      if (urgent.isPresent()) {
        return urgent;
      }
    }
    Shape free = shape.without(BlockedTables.of(shape, aside).numbers());
    Optional<Compaction> picked = valid(picker.apply(free), free);
    if (picked.isEmpty()) {
      Shape lower = free.without(numbers(free.runs(0)));
      picked = valid(picker.apply(lower), lower);
    }
    return picked.isEmpty() ? mergeLevelZero() : picked;
  }

  /** The keys before which new tables end, see {@link BlockedTables#cuts}. */
  public static List<byte[]> cuts(Shape shape, Set<Long> aside) {
    return aside.isEmpty() ? List.of() : BlockedTables.of(shape, aside).cuts();
  }

  /** The number of level-0 runs that compactions can reduce. */
  public static int mergeableRuns(Shape shape, Set<Long> aside) {
    if (aside.isEmpty()) {
      return shape.runs(0).size();
    }
    return groups(shape, aside).stream().mapToInt(group -> group.size() - 1).sum();
  }

  /** What was picked from a part of the shape, if it is valid in the whole shape. */
  private Optional<Compaction> valid(Optional<Compaction> picked, Shape part) {
    return picked.filter(compaction -> isValid(compaction, part)).map(this::retarget);
  }

  private boolean isValid(Compaction compaction, Shape part) {
    int target =
        switch (compaction) {
          case Merge merge -> merge.target().level();
          case Move move -> move.target().level();
          case Drop drop -> shape.levels();
        };
    return (target > 0 || isWhole(part, 0))
        && hasOneRun(part, target)
        && compaction.sources().stream().allMatch(source -> hasOneRun(part, source.level()));
  }

  private boolean hasOneRun(Shape part, int level) {
    return level == 0 || shape.runs(level).size() < 2 || isWhole(part, level);
  }

  private boolean isWhole(Shape part, int level) {
    return part.runs(level).equals(shape.runs(level));
  }

  /** The run of the target level may have blocked tables only, which the picker did not see. */
  private Compaction retarget(Compaction compaction) {
    return switch (compaction) {
      case Merge merge -> new Merge(merge.sources(), target(merge.target()), merge.rewrite());
      case Move move -> new Move(move.sources(), target(move.target()));
      case Drop drop -> drop;
    };
  }

  private Target target(Target picked) {
    List<Run> runs = shape.runs(picked.level());
    boolean only = picked.level() > 0 && runs.size() == 1;
    return only ? new Target(picked.level(), runs.getFirst().id()) : picked;
  }

  /**
   * Merges the newest runs of a group within level 0, as many as are, each, no larger than all
   * newer ones together. Each such merge reduces the run count.
   */
  private Optional<Compaction> mergeLevelZero() {
    for (List<Run> group : groups(shape, aside)) {
      long newer = group.getFirst().bytes();
      int count = 1;
      while (count < group.size() && group.get(count).bytes() <= newer) {
        newer += group.get(count).bytes();
        count++;
      }
      if (count < Math.max(2, policy.levelZeroRuns())
          && group.size() > 1
          && group.size() >= URGENT_FACTOR * policy.levelZeroRuns()) {
        count = group.size();
      }
      if (count >= Math.max(2, policy.levelZeroRuns())) {
        List<Source> sources =
            group.subList(0, count).stream().map(run -> Source.of(0, run)).toList();
        return Optional.of(new Merge(sources, new Target(0, group.getFirst().id()), false));
      }
    }
    return Optional.empty();
  }

  /** The stretches of level 0 without a table set aside, newest first. */
  private static List<List<Run>> groups(Shape shape, Set<Long> aside) {
    List<List<Run>> groups = new ArrayList<>();
    List<Run> group = new ArrayList<>();
    for (Run run : shape.runs(0)) {
      if (run.tables().stream().noneMatch(table -> aside.contains(table.number()))) {
        group.add(run);
      } else if (!group.isEmpty()) {
        groups.add(group);
        group = new ArrayList<>();
      }
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  private static Set<Long> numbers(List<Run> runs) {
    return runs.stream()
        .flatMap(run -> run.tables().stream())
        .map(TableMetadata::number)
        .collect(Collectors.toUnmodifiableSet());
  }
}
