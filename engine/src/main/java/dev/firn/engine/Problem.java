package dev.firn.engine;

import java.time.Instant;

/**
 * A failure, damage, or a warning.
 *
 * @param kind its consequence for the store
 * @param doing what the store was doing, as a phrase that follows "while"
 * @param cause its cause
 * @param time when it was found
 */
public record Problem(Kind kind, String doing, Throwable cause, Instant time) {

  /** The consequence of a problem for the store. */
  public enum Kind {
    /** The store rejects writes. */
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
