package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do about a level 0 that has too many runs, or holds too much.
 *
 * <ul>
 *   <li>If that is cheap, all of it is merged into the level below: if no more is rewritten there
 *       for each byte of level 0 than the policy allows, and it is not too much to be done at once.
 *   <li>Otherwise the newest runs are merged among each other, as many as are, each, no larger than
 *       all newer ones together. So an entry is rewritten within level 0 only when the run that it
 *       is in at least doubles.
 *   <li>An oldest run that has become so large by this that it would be cheap to merge down is
 *       <i>ripe</i>: it takes no part in that any more, but goes down in parts. Nothing older than
 *       it is above the level below, so that is allowed.
 * </ul>
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

  /** With so many times the runs, they come before a ripe one. */
  private static final int BUSY = 2;

  /** How many tables of the oldest run go down together. */
  private static final int TABLES_AT_ONCE = 4;

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
    Source below = below();
    boolean cheap = isCheap(shape.bytes(0), below);
    if (cheap && fitsOneMerge(below)) {
      return Optional.of(mergeDown(below));
    }
    boolean ripe = isCheap(runs.getLast().bytes(), below);
    int young = ripe ? runs.size() - 1 : runs.size();
    int similar = similar(young);
    boolean manySimilar = similar >= Math.max(2, policy.levelZeroRuns());
    if (ripe && !(manySimilar && young >= BUSY * policy.levelZeroRuns())) {
      return Optional.of(
          new LevelPicker(shape, targets, policy, 0, runs.getLast(), targets.belowZero())
              .pick(TABLES_AT_ONCE, 0));
    }
    if (manySimilar) {
      return Optional.of(mergeNewest(similar));
    }
    // All together would be ripe; or there are too many, whatever their sizes.
    boolean merge = cheap || young >= TOO_MANY * policy.levelZeroRuns();
    return merge && young > 1 ? Optional.of(mergeNewest(young)) : Optional.empty();
  }

  /** See {@link CompactionPicker#pickForReaders}. */
  Optional<Compaction> pickForReaders() {
    Source below = below();
    if (fitsOneMerge(below)) {
      boolean single = runs.size() == 1 && below.tables().isEmpty();
      return single ? Optional.empty() : Optional.of(mergeDown(below));
    }
    return runs.size() > 1 && shape.bytes(0) <= policy.maxMergeBytes()
        ? Optional.of(mergeNewest(runs.size()))
        : Optional.empty();
  }

  /** Whether level 0 and this can be merged at once. */
  private boolean fitsOneMerge(Source below) {
    return shape.bytes(0) + below.bytes() <= policy.maxMergeBytes();
  }

  private boolean isCheap(long bytes, Source below) {
    return below.bytes() / policy.levelZeroCost() <= bytes;
  }

  private Compaction mergeDown(Source below) {
    List<Source> sources = sources(runs.size());
    if (!below.tables().isEmpty()) {
      sources.add(below);
    }
    Target target = CompactionPicker.target(shape, targets.belowZero(), sources);
    return CompactionPicker.moveOrMerge(sources, target, targets, policy);
  }

  /** How many of the newest runs are, each, no larger than all newer ones together. */
  private int similar(int limit) {
    long newer = runs.getFirst().bytes();
    int count = Math.min(1, limit);
    while (count < limit && runs.get(count).bytes() <= newer) {
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
