package dev.firn.engine.repair;

import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableOrigin;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a table file says of itself, when no manifest does.
 *
 * @param number its number
 * @param metadata its properties; null if they are not readable
 * @param origin the state that it was written for; null if it is not known
 */
record TableFacts(long number, @Nullable TableMetadata metadata, @Nullable TableOrigin origin) {

  /**
   * The tables of which a later compaction has the entries, and those of compactions that did not
   * count because everything that they read is still there. What remains is a whole store.
   *
   * @param tables all tables of the folder, ascending
   */
  static Set<Long> obsolete(List<TableFacts> tables) {
    Set<Long> there = new HashSet<>();
    tables.forEach(table -> there.add(table.number));
    Set<Long> obsolete = new HashSet<>();
    // The outputs of one compaction count together.
    Map<List<Long>, Boolean> counts = new HashMap<>();
    for (TableFacts table : tables.reversed()) {
      List<Long> replaces = table.origin == null ? List.of() : table.origin.replaces();
      if (!replaces.isEmpty()) {
        boolean counted = obsolete.contains(table.number) || !there.containsAll(replaces);
        if (counts.merge(replaces, counted, Boolean::logicalOr)) {
          obsolete.addAll(replaces);
        }
      }
    }
    for (TableFacts table : tables) {
      List<Long> replaces = table.origin == null ? List.of() : table.origin.replaces();
      if (!replaces.isEmpty() && !counts.getOrDefault(replaces, false)) {
        obsolete.add(table.number);
      }
    }
    return obsolete;
  }
}
