package dev.firn.version;

import dev.firn.sstable.TableMetadata;
import java.util.List;

/**
 * Tables that do not overlap, in ascending order of their keys: what one flush or one merge wrote,
 * or a whole level.
 *
 * <p><b>Invariant.</b> No key is in two tables of a run, not even with different sequences: all
 * versions of a key lie in one table. So a search by key meets one table.
 *
 * <p>The id says how new a run is among the runs of its level: the larger, the newer. Ids come from
 * the store's file numbers; a run keeps its id while its tables change.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Run {

  private final long id;
  private final List<TableMetadata> tables;
  private final long bytes;

  /**
   * @throws IllegalArgumentException when there is no table, or when two overlap or are out of
   *     order
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

  /** How new the run is among those of its level. */
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

  /** The first key. */
  public byte[] smallestKey() {
    return tables.getFirst().smallestKey();
  }

  /** The last key. */
  public byte[] largestKey() {
    return tables.getLast().largestKey();
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

  /** The index of the first table whose last key is not below {@code key}; the size if none is. */
  int firstEndingAtOrAfter(byte[] key) {
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
