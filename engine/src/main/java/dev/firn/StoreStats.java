package dev.firn;

import java.util.List;

/**
 * What a store holds, and what it has done since it was opened. All sizes in bytes, all durations
 * in nanoseconds.
 *
 * @param trees how many trees there are
 * @param lastSequence the sequence of the newest visible entry: how many entries were ever written
 * @param openSnapshots how many snapshots are open
 * @param memTableEntries how many entries are in memory only (and in the journal)
 * @param memTableBytes how much memory the memtables hold, spare ones included
 * @param frozenGenerations how many full memtables wait to be flushed
 * @param levels the levels of tables, the newest first; empty ones are left out
 * @param tableBytes how much the tables take on disk
 * @param journalBytes how much the journal's files take on disk, spare ones included
 * @param blockCacheBytes how much memory decompressed blocks take
 * @param userBytesWritten keys and values of committed entries
 * @param journalBytesWritten bytes of committed journal records
 * @param flushes how many memtables were flushed
 * @param flushBytesWritten bytes of tables that flushes wrote
 * @param compactions how many merges ran
 * @param compactionBytesRead bytes of tables that merges read
 * @param compactionBytesWritten bytes of tables that merges wrote
 * @param syncs how often the journal was put on the device
 * @param stalls how often writers waited for a flush
 * @param stallNanos how long they waited in all
 * @param slowdownNanos how long writers were slowed down, because flushes or merges were behind
 */
public record StoreStats(
    int trees,
    long lastSequence,
    int openSnapshots,
    long memTableEntries,
    long memTableBytes,
    int frozenGenerations,
    List<Level> levels,
    long tableBytes,
    long journalBytes,
    long blockCacheBytes,
    long userBytesWritten,
    long journalBytesWritten,
    long flushes,
    long flushBytesWritten,
    long compactions,
    long compactionBytesRead,
    long compactionBytesWritten,
    long syncs,
    long stalls,
    long stallNanos,
    long slowdownNanos) {

  /**
   * One level of tables.
   *
   * @param level its number; 0 is what memtables are flushed to
   * @param runs how many sorted runs it has
   * @param tables how many tables those have
   * @param bytes how much they take on disk
   * @param entries how many entries they hold, shadowed ones and deletes included
   */
  public record Level(int level, int runs, int tables, long bytes, long entries) {}

  /** How much the store takes on disk. */
  public long diskBytes() {
    return tableBytes + journalBytes;
  }

  /** Bytes written to tables for each byte that users wrote; the journal is not counted. */
  public double writeAmplification() {
    return userBytesWritten == 0
        ? 0
        : (double) (flushBytesWritten + compactionBytesWritten) / userBytesWritten;
  }
}
