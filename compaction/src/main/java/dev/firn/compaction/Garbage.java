package dev.firn.compaction;

import dev.firn.core.Expiry;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.TreeCatalogue;
import java.util.Set;

/** What a table's metadata says about entries that a rewrite would remove. */
final class Garbage {

  /** A table has many deletions if more than one entry in this many is a deletion. */
  private static final double MANY_DELETIONS = 20.0;

  private Garbage() {}

  /** Whether a table holds nothing but entries of dropped trees. */
  static boolean isAll(TableMetadata table, TreeCatalogue trees) {
    return !trees.containsAny(table.smallestTree(), table.largestTree());
  }

  /**
   * Whether a table certainly has one version of each key, no deletion, nothing expired and no
   * dropped tree.
   *
   * @param clock the clock of no reader shows less
   */
  static boolean isNone(TableMetadata table, TreeCatalogue trees, long clock) {
    return table.deletions() == 0
        && table.largestSequence() == 0
        && !(table.expires() && Expiry.isPast(table.expiry().earliest(), clock))
        && isInLiveTrees(table, trees);
  }

  /** Bytes of the values that a table refers to in some value files. */
  static long bytesIn(TableMetadata table, Set<Long> valueFiles) {
    long[] bytes = {0};
    if (!valueFiles.isEmpty()) {
      table
          .references()
          .forEach((file, inFile) -> bytes[0] += valueFiles.contains(file) ? inFile : 0);
    }
    return bytes[0];
  }

  /** Whether every tree that a table may have entries of exists. */
  static boolean isInLiveTrees(TableMetadata table, TreeCatalogue trees) {
    return trees.containsAll(table.smallestTree(), table.largestTree());
  }

  /**
   * Whether the share of deletions is large enough to rewrite the table in order to drop them, or
   * some delete ranges.
   */
  static boolean hasManyDeletions(TableMetadata table) {
    return table.deletions() * MANY_DELETIONS > table.entries() || table.rangeDeletions() > 0;
  }
}
