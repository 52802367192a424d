package dev.firn.compaction;

import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Source;
import dev.firn.compaction.Compaction.Target;
import dev.firn.sstable.ExpiryStats;
import dev.firn.sstable.GarbageStats;
import dev.firn.sstable.GarbageStats.TreeBytes;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.RunPart;
import dev.firn.version.Shape;
import dev.firn.version.TreeCatalogue;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to compact in order to give space back, when nothing else is to be done:
 *
 * <ul>
 *   <li>A compaction that <i>pays</i>: it rewrites at most {@value #MAX_COST} bytes for each byte
 *       that it is expected to free. So what a store rewrites for that is bounded by what was
 *       written to it.
 *   <li>Tables with an <i>old</i> deletion, whatever it costs: each is compacted into the next
 *       level until its deletions reach the lowest one and are dropped.
 * </ul>
 *
 * <p>A table of which half the time to expire has passed is rewritten where it is, if that pays:
 * its expired entries go, and the first of the others expires later.
 *
 * <p>A table that refers to value files which are mostly dead is rewritten with the values, if that
 * pays: most of each file is freed when its last value is moved.
 *
 * <p>A deletion is expected to free an entry of the average size of the tables below it, a range
 * tombstone what it covered when its table was written.
 *
 * <p>Picking ends: tables of the lowest level are rewritten only if no reader keeps any of their
 * deletions and old versions, others only for the entries of dropped trees, and then they have none
 * left. A rewritten table refers to no file that was dead. All other compactions move deletions to
 * a lower level.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class GarbagePicker {

  /** Max bytes to be rewritten for each byte freed. */
  private static final int MAX_COST = 8;

  private final Shape shape;
  private final TreeCatalogue trees;
  private final LevelTargets targets;
  private final CompactionPolicy policy;
  private final PickMoment moment;

  GarbagePicker(
      Shape shape,
      TreeCatalogue trees,
      LevelTargets targets,
      CompactionPolicy policy,
      PickMoment moment) {
    this.shape = shape;
    this.trees = trees;
    this.targets = targets;
    this.policy = policy;
    this.moment = moment;
  }

  Optional<Compaction> pick() {
    for (int level = 0; level < shape.levels(); level++) {
      Optional<Compaction> picked = level == 0 ? pickLevelZero() : pickLevel(level);
      if (picked.isPresent()) {
        return picked;
      }
    }
    return pickDeadFiles();
  }

  private Optional<Compaction> pickDeadFiles() {
    if (moment.deadFiles().isEmpty()) {
      return Optional.empty();
    }
    for (int level = 0; level < shape.levels(); level++) {
      for (Run run : shape.runs(level)) {
        for (TableMetadata table : run.tables()) {
          long moved = Garbage.bytesIn(table, moment.deadFiles());
          if (moved > 0 && table.fileBytes() <= MAX_COST * moved) {
            return Optional.of(rewrite(level, run, table));
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Compaction> pickLevelZero() {
    List<Run> runs = shape.runs(0);
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    List<TableMetadata> tables = runs.stream().flatMap(run -> run.tables().stream()).toList();
    LevelZeroPicker picker = new LevelZeroPicker(shape, targets, policy);
    if (tables.stream().anyMatch(this::isOld)
        || (moment.atRest() && pays(tables, picker.tablesBelow()))) {
      return Optional.of(picker.pickDown());
    }
    return pickDropped(0);
  }

  private Optional<Compaction> pickLevel(int level) {
    boolean lowest = level >= targets.lowestLevel();
    for (Run run : shape.runs(level)) {
      for (int i = 0; i < run.parts(); i++) {
        RunPart part = run.part(i);
        for (int at = 0; part.hasRemovable() && at < part.size(); at++) {
          TableMetadata table = part.table(at);
          if (isMostlyExpired(table)) {
            return Optional.of(rewrite(level, run, table));
          }
          if (lowest && isRemovable(table) && (isOld(table) || paysAlone(table))) {
            return Optional.of(rewrite(level, run, table));
          }
          if (!lowest && (isOld(table) || (moment.atRest() && pays(level, table)))) {
            return Optional.of(
                new LevelPicker(shape, targets, policy, level, run, level + 1)
                    .pickTable(run.start(i) + at));
          }
        }
      }
    }
    return pickDropped(level);
  }

  private Optional<Compaction> pickDropped(int level) {
    for (Run run : shape.runs(level)) {
      for (int i = 0; i < run.parts(); i++) {
        RunPart part = run.part(i);
        for (int at = 0; part.hasSeveralTrees() && at < part.size(); at++) {
          if (droppedShare(part.table(at)) * MAX_COST >= 1) {
            return Optional.of(rewrite(level, run, part.table(at)));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Compaction rewrite(int level, Run run, TableMetadata table) {
    Source source = new Source(level, run.id(), List.of(table));
    return new Merge(List.of(source), new Target(level, run.id()), true);
  }

  private boolean isOld(TableMetadata table) {
    long oldest = table.garbage().oldestDeletion();
    return oldest > 0 && oldest < moment.oldSeconds();
  }

  /**
   * Whether half of the entries that expire have done so, if they do so evenly, and are worth a
   * rewrite.
   */
  private boolean isMostlyExpired(TableMetadata table) {
    ExpiryStats expiry = table.expiry();
    long passed = moment.clock() - expiry.earliest();
    return expiry.entries() * (MAX_COST / 2) >= table.entries()
        && passed >= 0
        && passed >= (expiry.latest() - expiry.earliest()) / 2;
  }

  /** Whether no reader keeps a deletion or an old version of a table. */
  private boolean isRemovable(TableMetadata table) {
    return table.largestSequence() <= moment.oldestReader();
  }

  private static boolean paysAlone(TableMetadata table) {
    return (table.deletions() + table.garbage().hidden()) * MAX_COST >= table.entries()
        || table.rangeDeletions() > 0;
  }

  /** Whether it pays to compact a table into the next level, if that is the lowest. */
  private boolean pays(int level, TableMetadata table) {
    boolean covers = table.garbage().coveredBytes() > 0; // of all levels below
    if (!covers && (level + 1 < targets.lowestLevel() || !Garbage.hasManyDeletions(table))) {
      return false;
    }
    List<Run> below = shape.runs(level + 1);
    return pays(
        List.of(table),
        below.isEmpty()
            ? List.of()
            : below.getFirst().overlapping(table.smallestKey(), table.largestKey()));
  }

  private static boolean pays(List<TableMetadata> tables, List<TableMetadata> below) {
    double deletions = 0;
    double own = 0;
    double freed = 0;
    double covered = 0;
    for (TableMetadata table : tables) {
      deletions += table.deletions();
      own += table.fileBytes();
      covered += table.garbage().coveredBytes();
      freed += (double) table.fileBytes() / table.entries() * table.deletions();
    }
    double entries = 0;
    double bytes = 0;
    for (TableMetadata table : below) {
      entries += table.entries();
      bytes += table.fileBytes();
    }
    freed += entries == 0 ? 0 : bytes / entries * Math.min(entries, deletions);
    // Tables that are covered as a whole are not read.
    double rewritten = own + Math.max(0, bytes - covered);
    return deletions + covered > 0 && (freed + covered) * MAX_COST >= rewritten;
  }

  /** The share of a table that is known to belong to dropped trees. */
  private double droppedShare(TableMetadata table) {
    GarbageStats garbage = table.garbage();
    if (garbage.trees() == 1 || Garbage.isInLiveTrees(table, trees)) {
      return 0;
    }
    double dropped = 0;
    for (TreeBytes tree : garbage.largestTrees()) {
      dropped += trees.contains(tree.tree()) ? 0 : tree.bytes();
    }
    return dropped / Math.max(1, table.dataBytes());
  }
}
