package dev.firn.engine;

import java.time.Instant;

/**
 * Something that went wrong.
 *
 * @param kind what it means for the store
 * @param doing what was going on, as a phrase that follows "while"
 * @param cause what went wrong
 * @param time when it was found
 */
public record Problem(Kind kind, String doing, Throwable cause, Instant time) {

  /** What a problem means for the store. */
  public enum Kind {
    /** The store takes no more writes. */
    FAILURE,
    /** Bytes are not what was written, or cannot be read. */
    DAMAGE,
    /** Nothing is lost. */
    WARNING
  }

  static Problem of(Kind kind, String doing, Throwable cause) {
    return new Problem(kind, doing, cause, Instant.now());
  }
}
