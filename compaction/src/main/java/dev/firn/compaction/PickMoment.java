package dev.firn.compaction;

import java.util.Set;

/**
 * What the picker must know of the moment: it has no clock and no readers of its own.
 *
 * @param atRest whether nothing is written, so that what a compaction could wait for will not come
 * @param oldSeconds deletions written before that time, in seconds since 1970, are to be compacted
 *     down to the lowest level whatever it costs; 0 for none
 * @param oldestReader readers read at or above this sequence
 * @param deadFiles the numbers of the value files that are mostly dead, so that their live values
 *     are to be moved
 * @param clock the clock of no reader shows less, in milliseconds since 1970; 0 if nothing expires
 */
public record PickMoment(
    boolean atRest, long oldSeconds, long oldestReader, Set<Long> deadFiles, long clock) {

  /** A moment at which nothing has expired. */
  public PickMoment(boolean atRest, long oldSeconds, long oldestReader, Set<Long> deadFiles) {
    this(atRest, oldSeconds, oldestReader, deadFiles, 0);
  }

  /** A moment without dead value files. */
  public PickMoment(boolean atRest, long oldSeconds, long oldestReader) {
    this(atRest, oldSeconds, oldestReader, Set.of());
  }

  /** No deletion is old, and there may be readers of everything. */
  public static final PickMoment ANY = new PickMoment(false, 0, 0);
}
