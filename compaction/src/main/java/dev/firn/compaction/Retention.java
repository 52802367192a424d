package dev.firn.compaction;

import dev.firn.core.SequenceNumber;

/**
 * Which versions of a key somebody may still read.
 *
 * <p>Readers read at <i>boundaries</i>: the sequences of live snapshots, and the newest visible
 * one, at or above which all later readers read. Of the versions between two boundaries only the
 * newest can be seen:
 *
 * <pre>
 *  versions of a key       9   8       6   5   4       2   1
 *  boundaries                      7               3           (7 = visible, 3 = a snapshot)
 *  slot                    -   -       1   1   1       0   0
 *  verdict                 K   K       K   D   D       L   D
 * </pre>
 *
 * <p>Versions above the last boundary are all kept. Nobody reads below the version in slot 0: if
 * nothing older of the key lies elsewhere, it may be forgotten when it is a deletion, and needs no
 * sequence otherwise.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class Retention {

  /** What is to become of a version. */
  enum Verdict {
    /** Nobody can see it. */
    DROP,
    /** Somebody may see it, or an older one. */
    KEEP,
    /** Everybody who does not see a newer one sees it; nobody sees an older one. */
    KEEP_LAST
  }

  private static final int NONE = -1;

  private final long[] boundaries;
  private int slot = NONE;

  /**
   * @param boundaries ascending, at least one
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

  /** The versions of another key follow. */
  void nextKey() {
    slot = NONE;
  }

  /** The verdict on a key's next version; its versions come newest first. */
  Verdict judge(long trailer) {
    int found = slot(SequenceNumber.sequence(trailer));
    if (found == slot && found < boundaries.length) {
      return Verdict.DROP;
    }
    slot = found;
    return found == 0 ? Verdict.KEEP_LAST : Verdict.KEEP;
  }

  /** The first boundary at or above a sequence. */
  private int slot(long sequence) {
    int found = 0;
    while (found < boundaries.length && boundaries[found] < sequence) {
      found++;
    }
    return found;
  }
}
