package dev.firn.test.compare;

/** A figure that is measured. Durations in microseconds, sizes in bytes. */
enum Metric {
  /** Operations in a second. */
  RATE("rate"),
  /** Operations in a second, counting the time until flushes and merges have ended. */
  SETTLED_RATE("settledRate"),
  /** Writes in a second by the thread that writes while others read. */
  WRITER_RATE("writerRate"),
  /** Bytes that an operation allocates on the heap. */
  ALLOCATED("allocated"),
  /** The time that half of the writes take at most. */
  P50("p50"),
  /** The time that 99 % of the writes take at most. */
  P99("p99"),
  /** The time that 99.9 % of the writes take at most. */
  P999("p999"),
  /** The longest write. */
  MAX("max"),
  /** What the store takes on disk, once settled. */
  DISK("disk"),
  /** The part of that which is not journals. */
  TABLES("tables"),
  /** What flushes and merges wrote since the store was opened. */
  MERGED("merged"),
  /** The most memory that the process took besides the page cache. */
  MEMORY("memory");

  private final String label;

  Metric(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
