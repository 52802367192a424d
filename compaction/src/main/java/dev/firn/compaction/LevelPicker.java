package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which tables of a run go down to a level that is one run.
 *
 * <p>Of all groups of neighbours of a given number, the one that overlaps the least below, for its
 * size, goes first; of equals the oldest. Further neighbours go with it as far as that rewrites
 * nothing more below and there is still too much above.
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
  private final List<TableMetadata> below;

  /**
   * @param run a run of the level, under which nothing lies above the level {@code next}
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
    this.below = shape.runs(next).isEmpty() ? List.of() : shape.runs(next).getFirst().tables();
  }

  /** Brings down a group of this many tables, and more until {@code bytes} have gone. */
  Compaction pick(int group, long bytes) {
    if (shape.runs(next).size() > 1) {
      return mergeRuns(shape, next);
    }
    int size = Math.min(group, tables.size());
    return pick(leastOverlap(size), size, bytes);
  }

  /** Brings down this table. */
  Compaction pick(TableMetadata table) {
    return shape.runs(next).size() > 1 ? mergeRuns(shape, next) : pick(tables.indexOf(table), 1, 0);
  }

  private Compaction pick(int at, int size, long bytes) {
    Overlap overlap = overlap(at, size, 0);
    long left = bytes - bytes(tables, at, at + size);
    int from = at;
    while (from > 0 && overlap.contains(overlap(from - 1, 1, 0))) {
      left -= tables.get(from - 1).fileBytes();
      if (left < 0) {
        break;
      }
      from--;
    }
    int to = at + size;
    while (to < tables.size() && overlap.contains(overlap(to, 1, 0))) {
      left -= tables.get(to).fileBytes();
      if (left < 0) {
        break;
      }
      to++;
    }
    List<Source> sources = new ArrayList<>();
    sources.add(new Source(level, run.id(), tables.subList(from, to)));
    if (overlap.to > overlap.from) {
      sources.add(
          new Source(
              next, shape.runs(next).getFirst().id(), below.subList(overlap.from, overlap.to)));
    }
    Target target = CompactionPicker.target(shape, next, sources);
    return CompactionPicker.moveOrMerge(sources, target, targets, policy);
  }

  /** A level below level 0 has one run; if another policy left several, they are merged. */
  static Compaction mergeRuns(Shape shape, int level) {
    List<Source> sources = new ArrayList<>();
    for (Run each : shape.runs(level)) {
      sources.add(new Source(level, each.id(), each.tables()));
    }
    return new Merge(sources, CompactionPicker.target(shape, level, sources), false);
  }

  /** Tables below, by their places. */
  private record Overlap(int from, int to) {

    /** Whether this has all that the other has. */
    boolean contains(Overlap other) {
      return other.to <= other.from || (from <= other.from && other.to <= to);
    }
  }

  /** Where the group of this many tables begins that overlaps the least for its size. */
  private int leastOverlap(int size) {
    int best = 0;
    double least = Double.MAX_VALUE;
    int start = 0;
    for (int i = 0; i + size <= tables.size(); i++) {
      Overlap overlap = overlap(i, size, start);
      start = overlap.from;
      double ratio = (double) bytes(below, overlap.from, overlap.to) / bytes(tables, i, i + size);
      if (ratio < least || (ratio == least && tables.get(i).number() < tables.get(best).number())) {
        least = ratio;
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

  /** What neighbours overlap below, looking from a place there on. */
  private Overlap overlap(int at, int size, int start) {
    byte[] smallest = tables.get(at).smallestKey();
    byte[] largest = tables.get(at + size - 1).largestKey();
    int from = start;
    while (from < below.size() && below.get(from).compareLargest(smallest) < 0) {
      from++;
    }
    int to = from;
    while (to < below.size() && below.get(to).compareSmallest(largest) <= 0) {
      to++;
    }
    return new Overlap(from, to);
  }
}
