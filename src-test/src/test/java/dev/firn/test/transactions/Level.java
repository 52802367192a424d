package dev.firn.test.transactions;

/** How a transaction is isolated from others. */
enum Level {
  /** Does not write. */
  READ_ONLY,
  SNAPSHOT,
  SERIALIZABLE,
  /** One writer at a time. */
  EXCLUSIVE
}
