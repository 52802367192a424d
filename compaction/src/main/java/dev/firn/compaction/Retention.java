package dev.firn.compaction;

import dev.firn.core.SequenceNumber;

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

  private final Boundaries boundaries;
  private int slot = NONE;

  /** The result of the last search. */
  private int last;

  Retention(Boundaries boundaries) {
    this.boundaries = boundaries;
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
    return found < boundaries.count() && boundaries.sequence(found) >= deletion;
  }

  /** Whether a version with an expiry is as a deletion for every reader that sees it. */
  boolean hasExpired(long trailer, long expiry) {
    return boundaries.haveExpired(slot(SequenceNumber.sequence(trailer)), expiry);
  }

  /** Whether a version is above the last boundary. */
  boolean isAboveAll(long trailer) {
    return slot(SequenceNumber.sequence(trailer)) == boundaries.count();
  }

  /** The verdict on a key's next version; versions come newest first. */
  Verdict judge(long trailer) {
    int found = slot(SequenceNumber.sequence(trailer));
    if (found == slot && found < boundaries.count()) {
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
        && (last == boundaries.count() || boundaries.sequence(last) >= sequence)) {
      return last;
    }
    last = boundaries.firstAtOrAbove(sequence);
    return last;
  }

  private boolean isAbove(int boundary, long sequence) {
    return boundary < 0 || boundaries.sequence(boundary) < sequence;
  }
}
