package dev.firn;

/**
 * What a {@link Transaction} is protected from. At both levels it reads one moment, that of its
 * beginning, and its own writes; and of two transactions that wrote the same key one fails.
 */
public enum Isolation {
  /**
   * Snapshot isolation. A commit is refused if a key or a range that the transaction wrote, or a
   * key that it read {@linkplain Transaction#getForUpdate for update}, was written by another since
   * the transaction began. What it only read may have changed: two transactions that each read what
   * the other one writes may both commit (<i>write skew</i>).
   */
  SNAPSHOT,
  /**
   * Serializable. A commit is also refused if a key that the transaction read, or any key of a
   * range that it scanned, was written by another, added and missing keys included. So the
   * serializable transactions that commit have the effect of running one after the other, in the
   * order of their commits.
   */
  SERIALIZABLE
}
