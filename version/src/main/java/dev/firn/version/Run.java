package dev.firn.version;

import dev.firn.sstable.TableMetadata;
import java.util.List;

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
  private final List<TableMetadata> tables;
  private final long bytes;

  /**
   * @throws IllegalArgumentException when there is no table, or when two tables overlap or are out
   *     of order
   */
  public Run(long id, List<TableMetadata> tables) {
    this.id = id;
    this.tables = List.copyOf(tables);
    this.bytes = tables.stream().mapToLong(TableMetadata::fileBytes).sum();
    checkOrder();
  }

  private void checkOrder() {
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("run=" + id + " has no table");
    }
    for (int i = 0; i < tables.size(); i++) {
      TableMetadata table = tables.get(i);
      if (table.compareSmallest(table.largestKey()) > 0) {
        throw new IllegalArgumentException("table=" + table.number() + " ends before it starts");
      }
      if (i > 0 && tables.get(i - 1).compareLargest(table.smallestKey()) >= 0) {
        throw new IllegalArgumentException(
            "run="
                + id
                + ": tables "
                + tables.get(i - 1).number()
                + " and "
                + table.number()
                + " overlap");
      }
    }
  }

  /** Orders the runs of a level: the larger, the newer. */
  public long id() {
    return id;
  }

  /** The tables, in ascending order of their keys; at least one. */
  public List<TableMetadata> tables() {
    return tables;
  }

  /** Bytes of all files. */
  public long bytes() {
    return bytes;
  }

  /** The tables that may hold a key from {@code smallest} to {@code largest}, both included. */
  public List<TableMetadata> overlapping(byte[] smallest, byte[] largest) {
    int from = firstEndingAtOrAfter(smallest);
    int to = from;
    while (to < tables.size() && tables.get(to).compareSmallest(largest) <= 0) {
      to++;
    }
    return tables.subList(from, to);
  }

  /** Index of the first table whose last key is not below {@code key}; the size if none is. */
  private int firstEndingAtOrAfter(byte[] key) {
    int low = 0;
    int high = tables.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (tables.get(middle).compareLargest(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public String toString() {
    return "run " + id + " of " + tables.size() + " tables";
  }
}
