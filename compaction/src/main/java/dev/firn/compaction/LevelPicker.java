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
import org.jspecify.annotations.Nullable;

/**
 * Decides which tables of a run are compacted into the next level, which is one run.
 *
 * <p>Of all groups of this many adjacent tables, it takes the group that overlaps the fewest bytes
 * below for its size; of equals the oldest. It adds adjacent tables as long as that rewrites
 * nothing more below and the run still exceeds its target.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class LevelPicker {

  private final Shape shape;
  private final LevelTargets targets;
  private final CompactionPolicy policy;
  private final int level;
  private final Run run;
  private final int next;
  private final List<TableMetadata> tables;
  private final @Nullable Run below;

  /**
   * @param run a run of the level; no run between it and level {@code next} overlaps it
   */
  LevelPicker(
      Shape shape, LevelTargets targets, CompactionPolicy policy, int level, Run run, int next) {
    this.shape = shape;
    this.targets = targets;
    this.policy = policy;
    this.level = level;
    this.run = run;
    this.next = next;
    this.tables = run.tables();
    this.below = shape.runs(next).isEmpty() ? null : shape.runs(next).getFirst();
  }

  /** Takes a group of this many tables, and adjacent tables until {@code bytes} are taken. */
  Compaction pick(int group, long bytes) {
    if (shape.runs(next).size() > 1) {
      return Merge.ofLevel(shape, next);
    }
    int size = Math.min(group, tables.size());
    return pick(minOverlap(size), size, bytes);
  }

  /** Takes the table at an index of the run. */
  Compaction pickTable(int index) {
    return shape.runs(next).size() > 1 ? Merge.ofLevel(shape, next) : pick(index, 1, 0);
  }

  private Compaction pick(int at, int size, long bytes) {
    Overlap overlap = overlap(at, size);
    long left = bytes - bytes(tables, at, at + size);
    int from = at;
    while (from > 0 && overlap.contains(overlap(from - 1, 1))) {
      left -= tables.get(from - 1).fileBytes();
      if (left < 0) {
        break;
      }
      from--;
    }
    int to = at + size;
    while (to < tables.size() && overlap.contains(overlap(to, 1))) {
      left -= tables.get(to).fileBytes();
      if (left < 0) {
        break;
      }
      to++;
    }
    List<Source> sources = new ArrayList<>();
    sources.add(new Source(level, run.id(), tables.subList(from, to)));
    if (below != null && overlap.to > overlap.from) {
      sources.add(new Source(next, below.id(), below.tables().subList(overlap.from, overlap.to)));
    }
    return Move.orMerge(sources, Target.of(shape, next, sources), targets, policy);
  }

  /** Tables of the run below, by index. */
  private record Overlap(int from, int to) {

    /** Whether all tables of another overlap are in this one. */
    boolean contains(Overlap other) {
      return other.to <= other.from || (from <= other.from && other.to <= to);
    }
  }

  /** Index of the first table of the group that overlaps the fewest bytes for its size. */
  private int minOverlap(int size) {
    if (size == 1 && below != null) {
      return run.leastOverlap(below);
    }
    int best = 0;
    double min = Double.MAX_VALUE;
    for (int i = 0; i + size <= tables.size(); i++) {
      Overlap overlap = overlap(i, size);
      long belowBytes = below == null ? 0 : bytes(below.tables(), overlap.from, overlap.to);
      double ratio = (double) belowBytes / bytes(tables, i, i + size);
      if (ratio < min || (ratio == min && tables.get(i).number() < tables.get(best).number())) {
        min = ratio;
        best = i;
      }
    }
    return best;
  }

  private static long bytes(List<TableMetadata> tables, int from, int to) {
    long bytes = 0;
    for (int i = from; i < to; i++) {
      bytes += tables.get(i).fileBytes();
    }
    return bytes;
  }

  /** The tables below that adjacent tables overlap. */
  private Overlap overlap(int at, int size) {
    if (below == null) {
      return new Overlap(0, 0);
    }
    int from = below.firstEndingAtOrAfter(tables.get(at).smallestKey());
    int to = below.firstStartingAfter(tables.get(at + size - 1).largestKey());
    return new Overlap(from, Math.max(from, to));
  }
}
