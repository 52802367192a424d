package dev.firn.wal;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether anything was written to the journal since the last check.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class RestCheck {

  /** The last activated segment at the last check, 0 = none. */
  private long segment;

  /** The end of its records at that time. */
  private long end;

  /** Whether nothing was written since the last call. */
  boolean isAtRest(@Nullable JournalSegment lastActivated) {
    long nowSegment = lastActivated == null ? 0 : lastActivated.number();
    long nowEnd = lastActivated == null ? 0 : lastActivated.published();
    boolean atRest = segment == nowSegment && end == nowEnd;
    segment = nowSegment;
    end = nowEnd;
    return atRest;
  }
}
