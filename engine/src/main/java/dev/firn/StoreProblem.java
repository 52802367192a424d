package dev.firn;

import java.time.Instant;

/**
 * Something that went wrong in a store, found by a caller or in the background.
 *
 * @param kind what it means for the store
 * @param doing what was going on, as a phrase that follows "while"
 * @param cause what went wrong; its message names the file
 * @param time when it was found
 */
public record StoreProblem(Kind kind, String doing, Throwable cause, Instant time) {

  /** What a problem means for the store. */
  public enum Kind {
    /** The store takes no more writes; reads go on. Opening it again may help. */
    FAILURE,
    /**
     * Bytes of a file are not what was written. Reads that need them throw, others are right; a
     * merge that needs them makes the store fail. Restore the file from a copy.
     */
    DAMAGE,
    /** Nothing is lost: it is tried again, or left for the next opening. */
    WARNING
  }

  /** A line for a log. */
  @Override
  public String toString() {
    return kind + " while " + doing + ": " + cause;
  }
}
