package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.TableMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which tables of a level below level 0 go down one level.
 *
 * <p>The table that overlaps the least below it, for its size, goes first; of equals the oldest.
 * Its neighbours go with it as far as that rewrites nothing more below and the level is still too
 * large.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class LevelPicker {

  private final Shape shape;
  private final LevelTargets targets;
  private final CompactionPolicy policy;
  private final int level;
  private final Run run;
  private final List<TableMetadata> below;

  LevelPicker(Shape shape, LevelTargets targets, CompactionPolicy policy, int level) {
    this.policy = policy;
    this.shape = shape;
    this.targets = targets;
    this.level = level;
    this.run = shape.runs(level).getFirst();
    List<Run> next = shape.runs(level + 1);
    this.below = next.isEmpty() ? List.of() : next.getFirst().tables();
  }

  Optional<Compaction> pick() {
    if (shape.runs(level).size() > 1) {
      return Optional.of(mergeRuns(level));
    }
    return level == targets.lowest() ? Optional.empty() : Optional.of(pick(leastOverlap()));
  }

  /** What brings this table down. */
  Compaction pick(TableMetadata first) {
    if (shape.runs(level + 1).size() > 1) {
      return mergeRuns(level + 1);
    }
    int at = run.tables().indexOf(first);
    Overlap overlap = overlap(at, 0);
    List<TableMetadata> tables = run.tables().subList(from(at, overlap), to(at, overlap));
    List<Source> sources = new ArrayList<>();
    sources.add(new Source(level, run.id(), tables));
    if (overlap.to > overlap.from) {
      sources.add(
          new Source(
              level + 1,
              shape.runs(level + 1).getFirst().id(),
              below.subList(overlap.from, overlap.to)));
    }
    Target target = CompactionPicker.target(shape, level + 1, sources);
    return CompactionPicker.moveOrMerge(sources, target, targets, policy);
  }

  /** A level below level 0 has one run; if another policy left several, they are merged. */
  private Compaction mergeRuns(int several) {
    List<Source> sources = new ArrayList<>();
    for (Run each : shape.runs(several)) {
      sources.add(new Source(several, each.id(), each.tables()));
    }
    return new Merge(sources, CompactionPicker.target(shape, several, sources), false);
  }

  /** Tables below, by their places. */
  private record Overlap(int from, int to) {

    /** Whether this has all that the other has. */
    boolean contains(Overlap other) {
      return other.to <= other.from || (from <= other.from && other.to <= to);
    }
  }

  private TableMetadata leastOverlap() {
    TableMetadata best = run.tables().getFirst();
    double least = Double.MAX_VALUE;
    int start = 0;
    for (int i = 0; i < run.tables().size(); i++) {
      TableMetadata table = run.tables().get(i);
      Overlap overlap = overlap(i, start);
      start = overlap.from;
      long bytes = 0;
      for (TableMetadata other : below.subList(overlap.from, overlap.to)) {
        bytes += other.fileBytes();
      }
      double ratio = (double) bytes / table.fileBytes();
      if (ratio < least || (ratio == least && table.number() < best.number())) {
        least = ratio;
        best = table;
      }
    }
    return best;
  }

  /** What a table overlaps below, looking from a place there on. */
  private Overlap overlap(int at, int start) {
    byte[] smallest = run.tables().get(at).smallestKey();
    byte[] largest = run.tables().get(at).largestKey();
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

  private int from(int at, Overlap overlap) {
    long room = excess() - run.tables().get(at).fileBytes();
    int from = at;
    while (from > 0 && overlap.contains(overlap(from - 1, 0))) {
      room -= run.tables().get(from - 1).fileBytes();
      if (room < 0) {
        break;
      }
      from--;
    }
    return from;
  }

  private int to(int at, Overlap overlap) {
    long room = excess();
    for (int i = from(at, overlap); i <= at; i++) {
      room -= run.tables().get(i).fileBytes();
    }
    int to = at + 1;
    while (to < run.tables().size() && overlap.contains(overlap(to, 0))) {
      room -= run.tables().get(to).fileBytes();
      if (room < 0) {
        break;
      }
      to++;
    }
    return to;
  }

  /** By how much the level is too large. */
  private long excess() {
    return shape.bytes(level) - targets.bytes(level);
  }
}
