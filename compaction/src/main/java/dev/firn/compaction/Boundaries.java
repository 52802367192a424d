package dev.firn.compaction;

import dev.firn.core.Expiry;
import java.util.Arrays;

/**
 * The moments that readers read at: those of live snapshots, and the present, at or after which all
 * later readers read. Each is a sequence and a clock.
 *
 * <p>A clock is that of the first snapshot of the sequence; snapshots that were opened later have
 * the same or later sequences and clocks.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Boundaries {

  private final long[] sequences;
  private final long[] clocks;

  /**
   * @param sequences ascending; at least one
   * @param clocks the clock at each of them, in milliseconds since 1970, ascending
   */
  public Boundaries(long[] sequences, long[] clocks) {
    if (sequences.length == 0 || sequences.length != clocks.length) {
      throw new IllegalArgumentException("boundaries=[]");
    }
    for (int i = 1; i < sequences.length; i++) {
      if (sequences[i - 1] > sequences[i] || clocks[i - 1] > clocks[i]) {
        throw new IllegalArgumentException("boundaries are not ascending");
      }
    }
    this.sequences = sequences.clone();
    this.clocks = clocks.clone();
  }

  /** Boundaries for which nothing has expired. */
  public static Boundaries of(long... sequences) {
    return new Boundaries(sequences, new long[sequences.length]);
  }

  /** The clock of no reader shows less. */
  long oldestClock() {
    return clocks[0];
  }

  /** The count of boundaries. */
  public int count() {
    return sequences.length;
  }

  /** The sequence of a boundary. */
  long sequence(int boundary) {
    return sequences[boundary];
  }

  /** The sequences, ascending. */
  public long[] sequences() {
    return sequences.clone();
  }

  /**
   * Whether an entry has expired for all readers from a boundary on, which are those that see it.
   *
   * @param boundary the first boundary that sees it, or the count of boundaries
   */
  boolean haveExpired(int boundary, long expiry) {
    return boundary < clocks.length && Expiry.isPast(expiry, clocks[boundary]);
  }

  /** The index of the first boundary at or above a sequence, or the count of boundaries. */
  int firstAtOrAbove(long sequence) {
    int found = Arrays.binarySearch(sequences, sequence);
    int first = found < 0 ? -found - 1 : found;
    while (first > 0 && sequences[first - 1] == sequence) {
      first--; // equal boundaries
    }
    return first;
  }
}
