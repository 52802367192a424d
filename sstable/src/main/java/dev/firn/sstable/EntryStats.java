package dev.firn.sstable;

import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.range.RangeTombstones;

/**
 * Totals over the entries of a table.
 *
 * @param entries entry count, deletions included
 * @param deletions deletion count
 * @param dataBytes bytes of store keys and values, uncompressed
 * @param smallestSequence the smallest sequence of an entry or range tombstone
 * @param largestSequence the largest sequence of an entry or range tombstone
 * @param garbage what a rewrite may remove
 */
public record EntryStats(
    long entries,
    long deletions,
    long dataBytes,
    long smallestSequence,
    long largestSequence,
    GarbageStats garbage) {

  /** Totals without garbage. */
  public EntryStats(
      long entries, long deletions, long dataBytes, long smallestSequence, long largestSequence) {
    this(entries, deletions, dataBytes, smallestSequence, largestSequence, GarbageStats.NONE);
  }

  EntryStats withoutGarbage() {
    return new EntryStats(entries, deletions, dataBytes, smallestSequence, largestSequence);
  }

  /**
   * Sums entries up.
   *
   * <p><b>Threading.</b> Belongs to one thread at a time.
   */
  static final class Collector {

    private long entries;
    private long deletions;
    private long dataBytes;
    private long smallestSequence = Long.MAX_VALUE;
    private long largestSequence;
    private long hidden;
    private long rangeDeletions;
    private long coveredBytes;

    /** Whether the last entry is an operand, which needs the next entry of its key. */
    private boolean isOperand;

    private final GarbageStats.TreeCollector trees = new GarbageStats.TreeCollector();

    /**
     * Adds an entry.
     *
     * @param tree the id of its tree
     * @param isHidden whether the preceding entry has the same key; it hides the entry unless it
     *     is an operand
     */
    void add(int tree, int keyLength, long trailer, long valueLength, boolean isHidden) {
      entries++;
      hidden += isHidden && !isOperand ? 1 : 0;
      isOperand = ReadMoment.isOperand(trailer);
      trees.add(tree, keyLength + valueLength);
      deletions += SequenceNumber.kindCode(trailer) == ValueKind.DELETE.code() ? 1 : 0;
      dataBytes += keyLength + valueLength;
      smallestSequence = Math.min(smallestSequence, SequenceNumber.sequence(trailer));
      largestSequence = Math.max(largestSequence, SequenceNumber.sequence(trailer));
    }

    /** Adds the range tombstones. */
    void addRanges(RangeTombstones ranges, long bytesCovered) {
      coveredBytes = bytesCovered;
      for (int i = 0; i < ranges.size(); i++) {
        int depth = ranges.depth(i);
        rangeDeletions += depth;
        largestSequence = Math.max(largestSequence, ranges.sequence(i, 0));
        smallestSequence = Math.min(smallestSequence, ranges.sequence(i, depth - 1));
      }
    }

    long entries() {
      return entries;
    }

    /**
     * The totals; no further entry is added.
     *
     * @param deletionsSince when the oldest deletion was written, if there is one
     */
    EntryStats stats(long deletionsSince) {
      return new EntryStats(
          entries,
          deletions,
          dataBytes,
          smallestSequence,
          largestSequence,
          trees
              .stats(hidden, deletions + rangeDeletions == 0 ? 0 : deletionsSince)
              .withRanges(rangeDeletions, coveredBytes));
    }
  }
}
