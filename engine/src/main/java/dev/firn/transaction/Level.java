package dev.firn.transaction;

/** What a transaction validates when it commits. */
public enum Level {
  /** What it wrote, and what it read for update. */
  SNAPSHOT,
  /** What it wrote and all that it read. */
  SERIALIZABLE,
  /** Nothing: no other writer commits while it is open. */
  EXCLUSIVE,
  /** Nothing: it does not write. */
  READ_ONLY
}
