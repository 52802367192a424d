package dev.firn.test.compare;

/** A figure that is measured. Durations in microseconds, sizes in bytes. */
enum Metric {
  /** Operations a second. */
  RATE("rate"),
  /** Operations a second, counting the time until flushes and compactions have ended. */
  SETTLED_RATE("settledRate"),
  /** Writes a second by the thread that writes while others read. */
  WRITER_RATE("writerRate"),
  /** Heap bytes that an operation allocates. */
  ALLOCATED("allocated"),
  /** Median latency of a write. */
  P50("p50"),
  /** 99th percentile of the latency of a write. */
  P99("p99"),
  /** 99.9th percentile of the latency of a write. */
  P999("p999"),
  /** Maximum latency of a write. */
  MAX("max"),
  /** Size of the store on disk, once settled. */
  DISK("disk"),
  /** Size on disk without journals. */
  TABLES("tables"),
  /** Bytes written by flushes and compactions since the store was opened. */
  TABLES_WRITTEN("tablesWritten"),
  /** Peak memory of the process without the page cache. */
  MEMORY("memory");

  private final String label;

  Metric(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
