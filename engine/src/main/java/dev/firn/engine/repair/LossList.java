package dev.firn.engine.repair;

import dev.firn.core.StoreKey;
import dev.firn.core.file.FileName;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableSalvage;
import dev.firn.version.TreeCatalogue;
import dev.firn.wal.JournalSalvage;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what may be lost, in terms of trees and their keys.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class LossList {

  private final Path directory;
  private final List<Loss> losses = new ArrayList<>();
  private TreeCatalogue trees;

  LossList(Path directory, TreeCatalogue trees) {
    this.directory = directory;
    this.trees = trees;
  }

  /** Sets the trees that later losses are of; entries of no tree are not lost. */
  void setTrees(TreeCatalogue known) {
    trees = known;
  }

  /**
   * Adds what cannot be read of a table.
   *
   * @param known what the manifest says of the table; null if nothing is known
   */
  void add(long number, TableSalvage.Gap gap, @Nullable TableMetadata known) {
    byte[] from = gap.from() == null && known != null ? known.smallestKey() : gap.from();
    byte[] to = gap.to() == null && known != null ? known.largestKey() : gap.to();
    String file = FileName.table(directory, number).toString();
    long first = known == null ? 0 : known.smallestSequence();
    long last = known == null ? Loss.UNKNOWN : known.largestSequence();
    if (known == null && to == null) {
      // Without manifest and table's end, it may be of trees that nothing else names.
      addAny(FileName.table(directory, number), gap.offset(), first, last);
      return;
    }
    int firstTree = from == null ? 0 : tree(from);
    int lastTree = to == null ? Integer.MAX_VALUE : tree(to);
    for (int id : trees.ids(firstTree, lastTree)) {
      losses.add(
          new Loss(
              file,
              gap.offset(),
              trees.name(id),
              from != null && id == firstTree ? userKey(from) : null,
              to != null && id == lastTree ? userKey(to) : null,
              first,
              last));
    }
  }

  /** Adds what cannot be read of a journal. */
  void add(JournalSalvage.Gap gap) {
    addAny(gap.file(), gap.offset(), gap.firstSequence(), gap.lastSequence());
  }

  /** Adds an entry. */
  void addKey(Path file, long offset, byte[] key, long sequence) {
    for (int id : trees.ids(tree(key), tree(key))) {
      losses.add(
          new Loss(
              file.toString(),
              offset,
              trees.name(id),
              userKey(key),
              userKey(key),
              sequence,
              sequence));
    }
  }

  /** Adds entries of any tree and key. */
  void addAny(Path file, long offset, long firstSequence, long lastSequence) {
    losses.add(new Loss(file.toString(), offset, null, null, null, firstSequence, lastSequence));
  }

  List<Loss> all() {
    return List.copyOf(losses);
  }

  private static int tree(byte[] key) {
    return StoreKey.tree(MemorySegment.ofArray(key), 0);
  }

  private static byte[] userKey(byte[] key) {
    return Arrays.copyOfRange(key, StoreKey.TREE_BYTES, key.length);
  }
}
