package dev.firn.version;

import dev.firn.core.Expiry;
import dev.firn.sstable.TableMetadata;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adjacent tables of a run. Two versions of a run share the parts in which they do not differ, so
 * that an edit costs no more than the parts that it changes.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class RunPart {

  /** Max table count. */
  static final int MAX_TABLES = 512;

  /** Table count of the parts that a larger one is divided into. */
  static final int TARGET_TABLES = 256;

  /** A part with fewer tables is joined with a neighbour. */
  static final int MIN_TABLES = 64;

  private final TableMetadata[] tables;
  private final long bytes;
  private final long dataBytes;
  private final long entries;
  private final double maxDeletionShare;
  private final boolean hasRemovable;
  private final boolean hasSeveralTrees;
  private final boolean hasRanges;
  private final long firstExpired;
  private final long expiringEntries;

  /** {@link TreeCatalogue#drops} at which no table was garbage; -1 if none is known. Racy. */
  private int cleanAtDrops = -1;

  /** The last answer of {@link #leastOverlap}. Racy on purpose: it is computed again. */
  private @Nullable LeastOverlap leastOverlap;

  /**
   * @throws IllegalArgumentException when two tables overlap or are out of order
   */
  RunPart(long run, List<TableMetadata> tables) {
    this.tables = tables.toArray(TableMetadata[]::new);
    long sumBytes = 0;
    long sumDataBytes = 0;
    long sumEntries = 0;
    double share = 0;
    boolean removable = false;
    boolean severalTrees = false;
    boolean ranges = false;
    long expired = Expiry.NEVER;
    long expiring = 0;
    for (int i = 0; i < this.tables.length; i++) {
      TableMetadata table = this.tables[i];
      if (table.compareSmallest(table.largestKey()) > 0) {
        throw new IllegalArgumentException("table=" + table.number() + " ends before it starts");
      }
      if (i > 0) {
        checkOrder(run, this.tables[i - 1], table);
      }
      sumBytes += table.fileBytes();
      sumDataBytes += table.dataBytes();
      sumEntries += table.entries();
      share = Math.max(share, table.deletions() / (double) table.entries());
      ranges |= table.rangeDeletions() > 0;
      removable |= ranges || table.deletions() > 0 || table.garbage().hidden() > 0;
      removable |= table.expires();
      expiring += table.expiry().entries();
      long last = table.expiry().latest();
      expired = table.isExpiredAt(last) ? Math.min(expired, last) : expired;
      severalTrees |= table.garbage().trees() > 1;
    }
    this.bytes = sumBytes;
    this.dataBytes = sumDataBytes;
    this.entries = sumEntries;
    this.maxDeletionShare = share;
    this.hasRemovable = removable;
    this.hasSeveralTrees = severalTrees;
    this.hasRanges = ranges;
    this.firstExpired = expired;
    this.expiringEntries = expiring;
  }

  /** Checks that a table comes after another one, without a key in common. */
  static void checkOrder(long run, TableMetadata before, TableMetadata after) {
    if (before.compareLargest(after.smallestKey()) >= 0) {
      throw new IllegalArgumentException(
          "run=" + run + ": tables " + before.number() + " and " + after.number() + " overlap");
    }
  }

  /** Table count. */
  public int size() {
    return tables.length;
  }

  /** The table at an index. */
  public TableMetadata table(int index) {
    return tables[index];
  }

  TableMetadata first() {
    return tables[0];
  }

  TableMetadata last() {
    return tables[tables.length - 1];
  }

  /** The tables, in ascending order of their keys. */
  public List<TableMetadata> tables() {
    return Collections.unmodifiableList(Arrays.asList(tables));
  }

  /** Bytes of all files. */
  long bytes() {
    return bytes;
  }

  /** Bytes of all keys and values, uncompressed. */
  long dataBytes() {
    return dataBytes;
  }

  /** Entries of all tables. */
  long entries() {
    return entries;
  }

  /** The largest share of deletions among the entries of a table, from 0 to 1. */
  public double maxDeletionShare() {
    return maxDeletionShare;
  }

  /** Whether a table has range tombstones. */
  public boolean hasRanges() {
    return hasRanges;
  }

  /** Entries of all tables that expire. */
  long expiringEntries() {
    return expiringEntries;
  }

  /** When nothing is left of a table for the first time, see {@link TableMetadata#isExpiredAt}. */
  public long firstExpired() {
    return firstExpired;
  }

  /** Whether a table has deletions, entries that expire, or several versions of a key. */
  public boolean hasRemovable() {
    return hasRemovable;
  }

  /** Whether a table has entries of several trees. */
  public boolean hasSeveralTrees() {
    return hasSeveralTrees;
  }

  /** Whether a table has nothing but entries of dropped trees. Remembered until one is dropped. */
  public boolean hasGarbage(TreeCatalogue trees) {
    if (cleanAtDrops == trees.drops()) {
      return false;
    }
    for (TableMetadata table : tables) {
      if (!trees.containsAny(table.smallestTree(), table.largestTree())) {
        return true;
      }
    }
    cleanAtDrops = trees.drops();
    return false;
  }

  /** The table that overlaps the fewest bytes of another run for its size. */
  LeastOverlap leastOverlap(Run below) {
    LeastOverlap known = leastOverlap;
    if (known == null || !known.isOver(below, first().smallestKey(), last().largestKey())) {
      known = LeastOverlap.of(this, below);
      leastOverlap = known;
    }
    return known;
  }

  /** Index of the first table whose last key is not below a key; the table count if none is. */
  int firstEndingAtOrAfter(byte[] key) {
    int low = 0;
    int high = tables.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (tables[middle].compareLargest(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
