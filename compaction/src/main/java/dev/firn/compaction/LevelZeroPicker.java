package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Move;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to compact when level 0 has too many runs or bytes.
 *
 * <ul>
 *   <li>If it is cheap, all of level 0 is compacted into the level below: if that rewrites no more
 *       bytes there for each byte of level 0 than the policy allows, and does not exceed the max
 *       size of a compaction.
 *   <li>Otherwise the newest runs are compacted into one run of level 0: as many runs as are, each,
 *       no larger than all newer runs together. So an entry is rewritten within level 0 only when
 *       its run at least doubles.
 *   <li>If the oldest run is so large that compacting it into the level below is cheap, it is
 *       <i>ripe</i>: it is compacted into the level below, a few tables at a time, and takes no
 *       part in compactions within level 0. That keeps the order of entries, because there is no
 *       run between the oldest run and the level below.
 * </ul>
 *
 * <p>So small flushes above a large level stay affordable, and each byte is rewritten about twice
 * while the load is high. Reads search more runs, most of which the filters skip.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class LevelZeroPicker {

  /** At this many times the policy's run count, runs are compacted whatever their sizes. */
  private static final int FORCED_FACTOR = 3;

  /** At this many times the policy's run count, newer runs are compacted before a ripe run. */
  private static final int BUSY_FACTOR = 2;

  /** The values that tables refer to are this many times what is rewritten for them. */
  private static final int REFERENCES_SHARE = 16;

  /** Tables of a ripe run that are compacted at a time. */
  private static final int RIPE_TABLES = 4;

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
    if (cheap && fitsOneCompaction(below)) {
      return Optional.of(compactInto(below));
    }
    boolean ripe = isCheap(runs.getLast().bytes(), below);
    int young = ripe ? runs.size() - 1 : runs.size();
    int similar = similar(young);
    boolean manySimilar = similar >= Math.max(2, policy.levelZeroRuns());
    if (ripe && !(manySimilar && young >= BUSY_FACTOR * policy.levelZeroRuns())) {
      return Optional.of(oldestDown());
    }
    if (manySimilar) {
      return Optional.of(compactNewest(similar));
    }
    // All together would be ripe; or there are too many, whatever their sizes.
    boolean forced = cheap || young >= FORCED_FACTOR * policy.levelZeroRuns();
    return forced && young > 1 ? Optional.of(compactNewest(young)) : Optional.empty();
  }

  /**
   * Takes level 0 into the level below if its tables refer to many bytes of values for what that
   * rewrites: it tells which values below are dead. Under load it has to be next to nothing.
   */
  Optional<Compaction> pickReferences(boolean atRest) {
    long values = referredTo(runs.stream().flatMap(run -> run.tables().stream()).toList());
    long share = atRest ? 1 : REFERENCES_SHARE;
    if (values == 0 || values / share < shape.bytes(0)) {
      return Optional.empty();
    }
    Source below = below();
    long rewritten = shape.bytes(0) + below.bytes();
    boolean pays =
        rewritten <= values / REFERENCES_SHARE
            || (atRest && rewritten <= Math.min(values, referredTo(below.tables())));
    return pays && fitsOneCompaction(below) ? Optional.of(compactInto(below)) : Optional.empty();
  }

  private static long referredTo(List<TableMetadata> tables) {
    return tables.stream().mapToLong(table -> table.references().bytes()).sum();
  }

  /** See {@code CompactionPicker.pickForReaders}. */
  Optional<Compaction> pickForReaders() {
    Source below = below();
    if (fitsOneCompaction(below)) {
      boolean single = runs.size() == 1 && below.tables().isEmpty();
      return single ? Optional.empty() : Optional.of(compactInto(below));
    }
    return runs.size() > 1 && shape.bytes(0) <= policy.maxCompactionBytes()
        ? Optional.of(compactNewest(runs.size()))
        : Optional.empty();
  }

  /** Takes all of level 0 into the level below, or the oldest run piece by piece. */
  Compaction pickDown() {
    Source below = below();
    return fitsOneCompaction(below) ? compactInto(below) : oldestDown();
  }

  private Compaction oldestDown() {
    return new LevelPicker(shape, targets, policy, 0, runs.getLast(), targets.levelZeroOutput())
        .pick(RIPE_TABLES, 0);
  }

  /** The tables that {@link #pickDown} rewrites in the level below, if it takes all of level 0. */
  List<TableMetadata> tablesBelow() {
    return below().tables();
  }

  /** Whether one compaction can take all of level 0 and these tables. */
  private boolean fitsOneCompaction(Source below) {
    return shape.bytes(0) + below.bytes() <= policy.maxCompactionBytes();
  }

  private boolean isCheap(long bytes, Source below) {
    return below.bytes() / policy.levelZeroCost() <= bytes;
  }

  private Compaction compactInto(Source below) {
    List<Source> sources = sources(runs.size());
    if (!below.tables().isEmpty()) {
      sources.add(below);
    }
    Target target = Target.of(shape, targets.levelZeroOutput(), sources);
    return Move.orMerge(sources, target, targets, policy);
  }

  /** How many of the newest runs are, each, no larger than all newer runs together. */
  private int similar(int limit) {
    long newer = runs.getFirst().bytes();
    int count = Math.min(1, limit);
    while (count < limit && runs.get(count).bytes() <= newer) {
      newer += runs.get(count).bytes();
      count++;
    }
    return count;
  }

  private Compaction compactNewest(int count) {
    // The output takes the place of the newest: runs flushed during the compaction have larger ids.
    return new Merge(sources(count), new Target(0, runs.getFirst().id()), false);
  }

  private List<Source> sources(int count) {
    List<Source> sources = new ArrayList<>();
    for (Run run : runs.subList(0, count)) {
      sources.add(Source.of(0, run));
    }
    return sources;
  }

  /**
   * The tables below that level 0 overlaps, and small tables adjacent to its keys. The latter keep
   * small flushes of ascending keys from leaving many small tables.
   */
  private Source below() {
    List<Run> level = shape.runs(targets.levelZeroOutput());
    if (level.isEmpty()) {
      return new Source(targets.levelZeroOutput(), 0, List.of());
    }
    List<TableMetadata> all = new ArrayList<>();
    runs.forEach(run -> all.addAll(run.tables()));
    KeyIntervals keys = KeyIntervals.of(all);
    Run run = level.getFirst();
    TreeSet<Integer> taken = new TreeSet<>();
    for (KeyIntervals.Interval interval : keys.intervals()) {
      int from = run.firstEndingAtOrAfter(interval.first());
      int to = run.firstStartingAfter(interval.last());
      for (int i = from; i < to; i++) {
        taken.add(i);
      }
      for (int neighbour : new int[] {from - 1, Math.max(from, to)}) {
        if (neighbour >= 0
            && neighbour < run.size()
            && isSmall(run.table(neighbour))
            && isAdjacent(run.tables(), neighbour, keys)) {
          taken.add(neighbour);
        }
      }
    }
    List<TableMetadata> tables = taken.stream().map(run::table).toList();
    return new Source(targets.levelZeroOutput(), run.id(), tables);
  }

  /** Small by the policy, and not much larger than what level 0 would add to it. */
  private boolean isSmall(TableMetadata table) {
    return policy.isSmall(table) && table.fileBytes() / policy.levelZeroCost() <= shape.bytes(0);
  }

  /** Whether level 0 has keys between a table and its neighbour on either side. */
  private static boolean isAdjacent(List<TableMetadata> tables, int at, KeyIntervals keys) {
    byte[] first = tables.get(at).smallestKey();
    byte[] last = tables.get(at).largestKey();
    byte @Nullable [] previous = at == 0 ? null : tables.get(at - 1).largestKey();
    byte @Nullable [] next = at + 1 == tables.size() ? null : tables.get(at + 1).smallestKey();
    return keys.hasBetween(previous, first) || keys.hasBetween(last, next);
  }
}
