package dev.firn.engine.repair;

import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableOrigin;
import dev.firn.version.StoreState;
import dev.firn.version.TreeCatalogue;
import dev.firn.version.TreeSettings;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.TreeConfigured;
import dev.firn.version.VersionEdit.TreeCreated;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The trees of a store without a manifest: the newest table whose keys may include a tree's says
 * whether it exists and what its name is.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class TreeNames {

  /** The ids that something is known of, as ranges. */
  private final List<int[]> decided = new ArrayList<>();

  private final TreeMap<Integer, String> names = new TreeMap<>();

  /** Has the settings of the trees that it knows. */
  private final TreeCatalogue known;

  /**
   * @param known an earlier state of the store, or the empty one
   * @param tables all tables of the folder, ascending
   */
  TreeNames(StoreState known, List<TableFacts> tables) {
    TreeCatalogue trees = known.trees();
    this.known = trees;
    trees.ids(0, TreeCatalogue.MAX_ID).forEach(id -> names.put(id, trees.name(id)));
    decided.add(new int[] {0, trees.nextId() - 1});
    for (TableFacts table : tables) {
      TableMetadata metadata = table.metadata();
      TableOrigin origin = table.origin();
      if (metadata != null && origin != null && table.number() >= known.nextFileNumber()) {
        int first = metadata.smallestTree();
        int last = metadata.largestCertainTree();
        decided.add(new int[] {first, last});
        names.subMap(first, true, last, true).clear();
        names.putAll(origin.trees());
      }
    }
  }

  /** Gives a made-up name to a tree that has entries and of which nothing is known. */
  void use(int id) {
    boolean known = decided.stream().anyMatch(range -> range[0] <= id && id <= range[1]);
    if (!known) {
      names.putIfAbsent(id, "tree-" + id);
    }
  }

  /** The changes that make the trees from nothing. */
  List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Map.Entry<Integer, String> tree : names.entrySet()) {
      String name = tree.getValue();
      boolean free = taken.add(name);
      changes.add(new TreeCreated(tree.getKey(), free ? name : "tree-" + tree.getKey()));
      TreeSettings settings = known.settings(tree.getKey());
      if (!settings.isDefault()) {
        changes.add(new TreeConfigured(tree.getKey(), settings));
      }
    }
    return changes;
  }

  /** An id above all that are known to be used. */
  int nextId() {
    int highest = names.isEmpty() ? 0 : names.lastKey();
    for (int[] range : decided) {
      highest = Math.max(highest, range[1]);
    }
    return highest + 1;
  }
}
