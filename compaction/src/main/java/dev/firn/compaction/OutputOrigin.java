package dev.firn.compaction;

import dev.firn.sstable.TableOrigin;
import dev.firn.version.StoreState;
import dev.firn.version.TreeCatalogue;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the tables of a flush or compaction say of the state that they are written for.
 *
 * @param state the state
 * @param replaces the numbers of the tables that they replace
 */
record OutputOrigin(StoreState state, List<Long> replaces) {

  /** The origin of a table with entries of these trees and those between. */
  TableOrigin of(int firstTree, int lastTree) {
    TreeCatalogue trees = state.trees();
    SortedMap<Integer, String> names = new TreeMap<>();
    trees.ids(firstTree, lastTree).forEach(id -> names.put(id, trees.name(id)));
    return new TableOrigin(state.journalFloor(), state.lastSequence(), replaces, names);
  }
}
