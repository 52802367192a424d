package dev.firn.version;

import dev.firn.sstable.TableMetadata;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.RandomAccess;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tables that do not overlap, in ascending order of their keys: the output of one flush or
 * compaction, or a whole level.
 *
 * <p><b>Invariant.</b> No key is in two tables of a run, not even with different sequences: one
 * table has all versions of a key. So a search by key reads one table.
 *
 * <p>The id orders the runs of a level: the larger, the newer. Ids come from the store's file
 * numbers; a run keeps its id while its tables change.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Run {

  private final long id;
  private final RunPart[] parts;

  /** Index of the first table of each part; then the table count. */
  private final int[] starts;

  private final long bytes;
  private final long dataBytes;
  private final long entries;

  /**
   * @throws IllegalArgumentException when there is no table, or when two tables overlap or are out
   *     of order
   */
  public Run(long id, List<TableMetadata> tables) {
    this(id, parts(id, tables));
  }

  private static RunPart[] parts(long id, List<TableMetadata> tables) {
    RunParts made = new RunParts(id);
    made.add(tables);
    return made.finish();
  }

  private Run(long id, RunPart[] parts) {
    if (parts.length == 0) {
      throw new IllegalArgumentException("run=" + id + " has no table");
    }
    this.id = id;
    this.parts = parts;
    this.starts = new int[parts.length + 1];
    long sumBytes = 0;
    long sumDataBytes = 0;
    long sumEntries = 0;
    for (int i = 0; i < parts.length; i++) {
      starts[i + 1] = starts[i] + parts[i].size();
      sumBytes += parts[i].bytes();
      sumDataBytes += parts[i].dataBytes();
      sumEntries += parts[i].entries();
    }
    this.bytes = sumBytes;
    this.dataBytes = sumDataBytes;
    this.entries = sumEntries;
  }

  /**
   * This run after tables were removed and others added, or null if none is left.
   *
   * @throws IllegalArgumentException when a removed table is not in the run, or tables overlap
   */
  @Nullable Run change(List<TableMetadata> removed, List<TableMetadata> added) {
    TreeMap<Integer, Set<Long>> outgoing = new TreeMap<>();
    for (TableMetadata table : removed) {
      outgoing
          .computeIfAbsent(part(table.smallestKey()), part -> new HashSet<>())
          .add(table.number());
    }
    TreeMap<Integer, List<TableMetadata>> incoming = new TreeMap<>();
    for (TableMetadata table : added) {
      incoming.computeIfAbsent(part(table.smallestKey()), part -> new ArrayList<>()).add(table);
    }
    RunParts next = new RunParts(id);
    for (int i = 0; i < parts.length; i++) {
      Set<Long> out = outgoing.getOrDefault(i, Set.of());
      List<TableMetadata> in = incoming.getOrDefault(i, List.of());
      if (out.isEmpty() && in.isEmpty()) {
        next.add(parts[i]);
      } else {
        next.add(changed(parts[i], out, in));
      }
    }
    RunPart[] made = next.finish();
    return made.length == 0 ? null : new Run(id, made);
  }

  private List<TableMetadata> changed(
      RunPart part, Set<Long> outgoing, List<TableMetadata> incoming) {
    List<TableMetadata> kept = new ArrayList<>(part.size() + incoming.size());
    for (TableMetadata table : part.tables()) {
      if (!outgoing.contains(table.number())) {
        kept.add(table);
      }
    }
    if (kept.size() + outgoing.size() != part.size()) {
      throw new IllegalArgumentException("run=" + id + " does not have all tables of " + outgoing);
    }
    kept.addAll(incoming);
    sort(kept);
    return kept;
  }

  /** A run of these tables in any order. */
  static Run of(long id, List<TableMetadata> tables) {
    List<TableMetadata> sorted = new ArrayList<>(tables);
    sort(sorted);
    return new Run(id, sorted);
  }

  private static void sort(List<TableMetadata> tables) {
    tables.sort((a, b) -> a.compareSmallest(b.smallestKey()));
  }

  /** Orders the runs of a level: the larger, the newer. */
  public long id() {
    return id;
  }

  /** Table count; at least one. */
  public int size() {
    return starts[parts.length];
  }

  /** The tables, in ascending order of their keys. */
  public List<TableMetadata> tables() {
    return new Tables();
  }

  /** The table at an index. */
  public TableMetadata table(int index) {
    int part = partOf(index);
    return parts[part].table(index - starts[part]);
  }

  private final class Tables extends AbstractList<TableMetadata> implements RandomAccess {

    @Override
    public TableMetadata get(int index) {
      return table(index);
    }

    @Override
    public int size() {
      return Run.this.size();
    }
  }

  /** Part count. */
  public int parts() {
    return parts.length;
  }

  /** A part of the tables. */
  public RunPart part(int index) {
    return parts[index];
  }

  /** Index of the first table of a part; the table count for the part after the last. */
  public int start(int part) {
    return starts[part];
  }

  /** The part that has a table, by the table's index. */
  int partOf(int table) {
    int low = 0;
    int high = parts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= table) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Bytes of all keys and values, uncompressed. */
  public long dataBytes() {
    return dataBytes;
  }

  /** Bytes of all files. */
  public long bytes() {
    return bytes;
  }

  /** Entries of all tables. */
  public long entries() {
    return entries;
  }

  /** The tables that may hold a key from {@code smallest} to {@code largest}, both included. */
  public List<TableMetadata> overlapping(byte[] smallest, byte[] largest) {
    return tables().subList(firstEndingAtOrAfter(smallest), firstStartingAfter(largest));
  }

  /** Index of the first table whose last key is not below a key; the table count if none is. */
  public int firstEndingAtOrAfter(byte[] key) {
    int part = firstPartEndingAtOrAfter(key);
    return part == parts.length ? size() : starts[part] + parts[part].firstEndingAtOrAfter(key);
  }

  /**
   * Index of the first table that starts after a key, of those that end at or after it; the table
   * count if none does.
   */
  public int firstStartingAfter(byte[] key) {
    int at = firstEndingAtOrAfter(key);
    return at < size() && table(at).compareSmallest(key) <= 0 ? at + 1 : at;
  }

  /**
   * Index of the table that overlaps the fewest bytes of another run for its size; of equals the
   * oldest. Parts remember their answers, so only what has changed costs time.
   */
  public int leastOverlap(Run below) {
    LeastOverlap best = parts[0].leastOverlap(below);
    int bestPart = 0;
    for (int i = 1; i < parts.length; i++) {
      LeastOverlap candidate = parts[i].leastOverlap(below);
      if (candidate.isLessThan(best)) {
        best = candidate;
        bestPart = i;
      }
    }
    return starts[bestPart] + best.index();
  }

  /** The parts that may hold a key from {@code smallest} to {@code largest}, both included. */
  RunPart[] partsOver(byte[] smallest, byte[] largest) {
    int from = firstPartEndingAtOrAfter(smallest);
    int to = from;
    while (to < parts.length && parts[to].first().compareSmallest(largest) <= 0) {
      to++;
    }
    return Arrays.copyOfRange(parts, from, to);
  }

  /** Whether {@link #partsOver} would return these very parts. */
  @SuppressWarnings("ReferenceEquality") // the very same parts
  boolean hasPartsOver(RunPart[] expected, byte[] smallest, byte[] largest) {
    int at = firstPartEndingAtOrAfter(smallest);
    for (RunPart part : expected) {
      if (at == parts.length || parts[at] != part) {
        return false;
      }
      at++;
    }
    return at == parts.length || parts[at].first().compareSmallest(largest) > 0;
  }

  private int firstPartEndingAtOrAfter(byte[] key) {
    int low = 0;
    int high = parts.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (parts[middle].last().compareLargest(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The part in which a table that starts with this key is, or belongs. */
  private int part(byte[] smallest) {
    return Math.min(firstPartEndingAtOrAfter(smallest), parts.length - 1);
  }

  @Override
  public String toString() {
    return "run " + id + " of " + size() + " tables";
  }
}
