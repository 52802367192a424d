package dev.firn.compaction;

import dev.firn.core.SequenceNumber;
import java.util.Arrays;

/**
 * Decides which versions of a key a reader may still see.
 *
 * <p>Readers read at <i>boundaries</i>: the sequences of live snapshots, and the newest visible
 * sequence, at or above which all later readers read. Of the versions between two boundaries only
 * the newest is visible:
 *
 * <pre>
 *  versions of a key       9   8       6   5   4       2   1
 *  boundaries                      7               3           (7 = visible, 3 = a snapshot)
 *  slot                    -   -       1   1   1       0   0
 *  verdict                 K   K       K   D   D       L   D
 * </pre>
 *
 * <p>Versions above the last boundary are all kept. No reader reads below the version in slot 0: if
 * no older version of the key exists elsewhere, a deletion may be dropped, and a value needs no
 * sequence.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class Retention {

  /** What to do with a version. */
  enum Verdict {
    /** No reader sees it. */
    DROP,
    /** A reader may see it, or an older version. */
    KEEP,
    /** Every reader that sees no newer version sees it; no reader sees an older version. */
    KEEP_LAST
  }

  private static final int NONE = -1;

  private final long[] boundaries;
  private int slot = NONE;

  /** The result of the last search. */
  private int last;

  /**
   * @param boundaries ascending; at least one
   */
  Retention(long[] boundaries) {
    if (boundaries.length == 0) {
      throw new IllegalArgumentException("boundaries=[]");
    }
    for (int i = 1; i < boundaries.length; i++) {
      if (boundaries[i - 1] > boundaries[i]) {
        throw new IllegalArgumentException("boundaries are not ascending");
      }
    }
    this.boundaries = boundaries.clone();
  }

  /** Starts the versions of another key. */
  void nextKey() {
    slot = NONE;
  }

  /**
   * Whether a version is hidden from every reader that sees a deletion of its key.
   *
   * @param deletion the deletion's sequence, which is larger
   */
  boolean isHidden(long trailer, long deletion) {
    int found = slot(SequenceNumber.sequence(trailer));
    return found < boundaries.length && boundaries[found] >= deletion;
  }

  /** Whether a version is above the last boundary. */
  boolean isAboveAll(long trailer) {
    return slot(SequenceNumber.sequence(trailer)) == boundaries.length;
  }

  /** The verdict on a key's next version; versions come newest first. */
  Verdict judge(long trailer) {
    int found = slot(SequenceNumber.sequence(trailer));
    if (found == slot && found < boundaries.length) {
      return Verdict.DROP;
    }
    slot = found;
    return found == 0 ? Verdict.KEEP_LAST : Verdict.KEEP;
  }

  /**
   * Index of the first boundary at or above a sequence. Most entries have the index of the entry
   * before them, whatever the number of snapshots.
   */
  private int slot(long sequence) {
    if (isAbove(last - 1, sequence)
        && (last == boundaries.length || boundaries[last] >= sequence)) {
      return last;
    }
    int found = Arrays.binarySearch(boundaries, sequence);
    int first = found < 0 ? -found - 1 : found;
    while (first > 0 && boundaries[first - 1] == sequence) {
      first--; // equal boundaries
    }
    last = first;
    return first;
  }

  private boolean isAbove(int boundary, long sequence) {
    return boundary < 0 || boundaries[boundary] < sequence;
  }
}
