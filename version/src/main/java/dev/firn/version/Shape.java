package dev.firn.version;

import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which tables form the store and in which order they are searched: levels of runs of tables. Holds
 * metadata only; {@code Version} holds the open tables.
 *
 * <pre>
 *  shape := level*      level 0 first
 *  level := run*        newest first
 *  run   := table+      ascending, not overlapping
 * </pre>
 *
 * <p>Several runs per level make a tiered tree, one run per level a leveled tree, several runs
 * above and one at the bottom lazy leveling.
 *
 * <p><b>Invariant.</b> Of one key, every entry in a newer run is newer than every entry in an older
 * run, and every entry in a level is newer than every entry in a deeper level. So a search from the
 * top stops at the first entry that the reader may see. Flushes keep the invariant by adding their
 * runs to level 0 in the order of the generations. Compactions keep it because their inputs are
 * adjacent runs and their output takes the place of the oldest of them.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Shape {

  private static final Shape EMPTY = new Shape(List.of(), PersistentMap.empty());

  private final List<List<Run>> levels;

  /** All tables, by their numbers. */
  private final PersistentMap<Long, TableMetadata> numbers;

  private Shape(List<List<Run>> levels, PersistentMap<Long, TableMetadata> numbers) {
    this.levels = levels;
    this.numbers = numbers;
  }

  /** The shape without tables. */
  static Shape empty() {
    return EMPTY;
  }

  /** The number of levels down to the deepest level that has a table. */
  public int levels() {
    return levels.size();
  }

  /** The runs of a level, newest first; empty if the level does not exist. */
  public List<Run> runs(int level) {
    return level < levels.size() ? levels.get(level) : List.of();
  }

  /** Bytes of all files of a level. */
  public long bytes(int level) {
    return runs(level).stream().mapToLong(Run::bytes).sum();
  }

  /** Bytes of all files. */
  public long bytes() {
    long bytes = 0;
    for (int level = 0; level < levels.size(); level++) {
      bytes += bytes(level);
    }
    return bytes;
  }

  /** Bytes of all keys and values, uncompressed. */
  public long dataBytes() {
    long bytes = 0;
    for (List<Run> runs : levels) {
      bytes += runs.stream().mapToLong(Run::dataBytes).sum();
    }
    return bytes;
  }

  /** Table count. */
  public int size() {
    return numbers.size();
  }

  /** The table of a number, or null. */
  @Nullable TableMetadata table(long number) {
    return numbers.get(number);
  }

  /** All tables, newest level and run first. */
  public List<TableMetadata> tables() {
    List<TableMetadata> tables = new ArrayList<>();
    levels.forEach(runs -> runs.forEach(run -> tables.addAll(run.tables())));
    return tables;
  }

  /** This shape without some tables, by number. */
  public Shape without(Set<Long> without) {
    PersistentMap<Long, TableMetadata> leftNumbers = numbers;
    for (long number : without) {
      leftNumbers = leftNumbers.without(number);
    }
    List<List<Run>> left = new ArrayList<>();
    for (List<Run> runs : levels) {
      List<Run> leftRuns = new ArrayList<>();
      for (Run run : runs) {
        List<TableMetadata> tables =
            run.tables().stream().filter(table -> !without.contains(table.number())).toList();
        if (tables.size() == run.tables().size()) {
          leftRuns.add(run);
        } else if (!tables.isEmpty()) {
          leftRuns.add(new Run(run.id(), tables));
        }
      }
      left.add(List.copyOf(leftRuns));
    }
    while (!left.isEmpty() && left.getLast().isEmpty()) {
      left.removeLast();
    }
    return new Shape(List.copyOf(left), leftNumbers);
  }

  /** The changes that turn the empty shape into this one. */
  List<VersionEdit.Change> snapshot() {
    List<VersionEdit.Change> changes = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      for (Run run : levels.get(level)) {
        for (TableMetadata table : run.tables()) {
          changes.add(new TableAdded(level, run.id(), table));
        }
      }
    }
    return changes;
  }

  /**
   * The shape after tables were removed and others added. A table that is both is moved.
   *
   * @throws IllegalArgumentException when a removed table is not in its run, or when an added table
   *     is in the shape already or overlaps another table of its run
   */
  Shape apply(List<TableRemoved> removed, List<TableAdded> added) {
    if (removed.isEmpty() && added.isEmpty()) {
      return this;
    }
    List<Map<Long, List<TableMetadata>>> outgoing = new ArrayList<>();
    List<Map<Long, List<TableMetadata>>> incoming = new ArrayList<>();
    for (int level = 0; level < VersionEdit.MAX_LEVELS; level++) {
      outgoing.add(new HashMap<>());
      incoming.add(new HashMap<>());
    }
    PersistentMap<Long, TableMetadata> changed = numbers;
    for (TableRemoved change : removed) {
      TableMetadata table = changed.get(change.number());
      if (table == null) {
        throw new IllegalArgumentException("table=" + change.number() + " is not there");
      }
      changed = changed.without(change.number());
      outgoing
          .get(change.level())
          .computeIfAbsent(change.run(), id -> new ArrayList<>())
          .add(table);
    }
    for (TableAdded change : added) {
      long number = change.table().number();
      if (changed.containsKey(number)) {
        throw new IllegalArgumentException("table=" + number + " is there twice");
      }
      changed = changed.with(number, change.table());
      incoming
          .get(change.level())
          .computeIfAbsent(change.run(), id -> new ArrayList<>())
          .add(change.table());
    }
    List<List<Run>> next = new ArrayList<>();
    for (int level = 0; level < VersionEdit.MAX_LEVELS; level++) {
      next.add(changeLevel(runs(level), outgoing.get(level), incoming.get(level)));
    }
    while (!next.isEmpty() && next.getLast().isEmpty()) {
      next.removeLast();
    }
    return new Shape(List.copyOf(next), changed);
  }

  private static List<Run> changeLevel(
      List<Run> runs,
      Map<Long, List<TableMetadata>> outgoing,
      Map<Long, List<TableMetadata>> incoming) {
    if (outgoing.isEmpty() && incoming.isEmpty()) {
      return runs;
    }
    TreeMap<Long, Run> changed = new TreeMap<>(Comparator.reverseOrder());
    runs.forEach(run -> changed.put(run.id(), run));
    Set<Long> ids = new HashSet<>(outgoing.keySet());
    ids.addAll(incoming.keySet());
    for (long id : ids) {
      Run run = changed.get(id);
      Run next =
          changeRun(
              id, run, outgoing.getOrDefault(id, List.of()), incoming.getOrDefault(id, List.of()));
      if (next == null) {
        changed.remove(id);
      } else {
        changed.put(id, next);
      }
    }
    return List.copyOf(changed.values());
  }

  private static @Nullable Run changeRun(
      long id, @Nullable Run run, List<TableMetadata> outgoing, List<TableMetadata> incoming) {
    if (run != null) {
      return run.change(outgoing, incoming);
    }
    if (!outgoing.isEmpty()) {
      throw new IllegalArgumentException("run=" + id + " does not exist");
    }
    return Run.of(id, incoming);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int level = 0; level < levels.size(); level++) {
      text.append(level == 0 ? "" : ", ").append('L').append(level).append(": ");
      text.append(levels.get(level));
    }
    return text.toString();
  }

  /** Range tombstones of all tables. */
  public long rangeDeletions() {
    long sum = 0;
    for (int level = 0; level < levels(); level++) {
      for (Run run : runs(level)) {
        for (int i = 0; i < run.parts(); i++) {
          RunPart part = run.part(i);
          for (int at = 0; part.hasRanges() && at < part.size(); at++) {
            sum += part.table(at).rangeDeletions();
          }
        }
      }
    }
    return sum;
  }

  /** Entries of all tables that expire, those that have expired included. */
  public long expiringEntries() {
    long sum = 0;
    for (int level = 0; level < levels(); level++) {
      for (Run run : runs(level)) {
        for (int i = 0; i < run.parts(); i++) {
          sum += run.part(i).expiringEntries();
        }
      }
    }
    return sum;
  }
}
