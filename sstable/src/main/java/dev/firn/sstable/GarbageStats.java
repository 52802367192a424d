package dev.firn.sstable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a table holds that a rewrite may remove: shadowed versions, old deletions, entries of trees
 * that were dropped later.
 *
 * @param hidden count of entries that follow a newer entry of their key
 * @param oldestDeletion when the oldest deletion was written, at the latest, in seconds since 1970;
 *     0 if there is none or it is not known
 * @param trees count of trees that have entries in the table
 * @param largestTrees the trees with the most bytes, if there is more than one tree: at most {@link
 *     #MAX_TREES}, by id
 * @param rangeDeletions count of range tombstones, of those in several fragments once for each
 * @param coveredBytes estimate of the bytes of older tables that they covered, when the table was
 *     written
 */
public record GarbageStats(
    long hidden,
    long oldestDeletion,
    int trees,
    List<TreeBytes> largestTrees,
    long rangeDeletions,
    long coveredBytes) {

  /** Max length of {@link #largestTrees}. */
  public static final int MAX_TREES = 8;

  /** The statistics of a table with entries of one tree, without deletions and old versions. */
  public static final GarbageStats NONE = new GarbageStats(0, 0, 1, List.of());

  /**
   * Bytes of a tree in a table.
   *
   * @param tree the tree's id
   * @param bytes of its store keys and values, uncompressed
   */
  public record TreeBytes(int tree, long bytes) {}

  /** The statistics of a table without range tombstones. */
  public GarbageStats(long hidden, long oldestDeletion, int trees, List<TreeBytes> largestTrees) {
    this(hidden, oldestDeletion, trees, largestTrees, 0, 0);
  }

  /** The same with range tombstones. */
  public GarbageStats withRanges(long count, long covered) {
    return count == 0
        ? this
        : new GarbageStats(hidden, oldestDeletion, trees, largestTrees, count, covered);
  }

  /** Takes a copy of the list. */
  public GarbageStats {
    largestTrees = List.copyOf(largestTrees);
  }

  /** Whether a table may have these statistics. */
  public boolean isSound(EntryStats stats) {
    boolean sound =
        hidden >= 0
            && hidden < stats.entries()
            && oldestDeletion >= 0
            && rangeDeletions >= 0
            && coveredBytes >= 0
            && (coveredBytes == 0 || rangeDeletions > 0)
            && (oldestDeletion == 0 || stats.deletions() > 0 || rangeDeletions > 0)
            && trees >= 1
            && trees <= stats.entries()
            && largestTrees.size() == (trees == 1 ? 0 : Math.min(trees, MAX_TREES));
    long previous = -1;
    for (TreeBytes tree : largestTrees) {
      long id = Integer.toUnsignedLong(tree.tree());
      sound &= id > previous && tree.bytes() >= 0;
      previous = id;
    }
    return sound;
  }

  /**
   * Collects the bytes of each tree.
   *
   * <p><b>Threading.</b> Belongs to one thread at a time.
   */
  static final class TreeCollector {

    private final List<TreeBytes> largest = new ArrayList<>();
    private int trees;
    private int tree;
    private long bytes;

    /** Adds an entry; trees come in ascending order. */
    void add(int entryTree, long entryBytes) {
      if (entryTree != tree || trees == 0) {
        end();
        tree = entryTree;
        trees++;
      }
      bytes += entryBytes;
    }

    private void end() {
      if (trees > 0) {
        largest.add(new TreeBytes(tree, bytes));
        if (largest.size() > MAX_TREES) {
          largest.remove(
              largest.stream().min(Comparator.comparingLong(TreeBytes::bytes)).orElseThrow());
        }
      }
      bytes = 0;
    }

    /** The result; no further entry is added. */
    GarbageStats stats(long hidden, long oldestDeletion) {
      if (trees > 1) {
        end();
      }
      return new GarbageStats(
          hidden, oldestDeletion, Math.max(1, trees), trees > 1 ? largest : List.of());
    }
  }
}
