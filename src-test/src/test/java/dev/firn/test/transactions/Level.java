package dev.firn.test.transactions;

/** How a transaction is isolated from others. */
enum Level {
  SNAPSHOT,
  SERIALIZABLE,
  /** One writer at a time. */
  EXCLUSIVE
}
