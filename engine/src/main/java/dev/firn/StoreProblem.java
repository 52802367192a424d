package dev.firn;

import java.time.Instant;

/**
 * A problem of a store, found by a call or in the background. It holds no key and no value.
 *
 * @param kind what it means for the store
 * @param doing what the store was doing, as a phrase that follows "while"
 * @param cause the exception; its message names the file
 * @param time when the problem was found
 */
public record StoreProblem(Kind kind, String doing, Throwable cause, Instant time) {

  /** What a problem means for the store. */
  public enum Kind {
    /** The store takes no more writes; reads go on. Reopening the store may help. */
    FAILURE,
    /**
     * Bytes of a file are not what was written. Reads that need them throw, other reads are right,
     * and writes go on; compactions leave a damaged table where it is. Restore the file from a
     * copy, or repair the store.
     */
    DAMAGE,
    /**
     * Nothing is lost: the store tries again, now or at the next opening. The warning that there is
     * no room for a flush or a compaction is gone when there was room again.
     */
    WARNING
  }

  /** Returns a line for a log. */
  @Override
  public String toString() {
    return kind + " while " + doing + ": " + cause;
  }
}
