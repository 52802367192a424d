package dev.firn.sstable;

import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;

/**
 * Totals over the entries of a table.
 *
 * @param entries entry count, deletions included
 * @param deletions deletion count
 * @param dataBytes bytes of store keys and values, uncompressed
 * @param smallestSequence the smallest sequence of an entry
 * @param largestSequence the largest sequence of an entry
 */
public record EntryStats(
    long entries, long deletions, long dataBytes, long smallestSequence, long largestSequence) {

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

    /** Adds an entry. */
    void add(int keyLength, long trailer, long valueLength) {
      entries++;
      deletions += SequenceNumber.kindCode(trailer) == ValueKind.DELETE.code() ? 1 : 0;
      dataBytes += keyLength + valueLength;
      smallestSequence = Math.min(smallestSequence, SequenceNumber.sequence(trailer));
      largestSequence = Math.max(largestSequence, SequenceNumber.sequence(trailer));
    }

    long entries() {
      return entries;
    }

    EntryStats stats() {
      return new EntryStats(entries, deletions, dataBytes, smallestSequence, largestSequence);
    }
  }
}
