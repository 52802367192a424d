package dev.firn;

import java.util.List;

/**
 * What a store holds, and what it has done since it was opened, by subject. Sizes are in bytes,
 * durations in nanoseconds.
 *
 * @param trees count of trees
 * @param lastSequence sequence of the newest visible entry: the count of entries ever written
 * @param openSnapshots count of open snapshots
 * @param memory what is in memory
 * @param tables what is in tables
 * @param values large values outside of tables
 * @param journal what is in the journal, and what was written to it
 * @param writes what was committed
 * @param flushes memtables that became tables
 * @param compactions rewriting of tables in the background
 * @param stalls what held up writers
 * @param transactions transactions, open and ended
 */
public record StoreStats(
    int trees,
    long lastSequence,
    int openSnapshots,
    Memory memory,
    Tables tables,
    Values values,
    Journal journal,
    Writes writes,
    Flushes flushes,
    Compactions compactions,
    Stalls stalls,
    TransactionStats transactions) {

  /**
   * What is in memory.
   *
   * @param usedBytes what the store takes outside the heap: memtables, journal segments, blocks,
   *     buffers of records, tables and cursors
   * @param boundBytes its bound, see {@link StoreOptions.Builder#memoryBytes}
   * @param memTableEntries count of entries that are in memtables and in no table yet
   * @param memTableBytes memory of the memtables, spare ones included
   * @param frozenMemTables count of full memtables that wait for a flush or are flushed
   * @param blockCacheBytes memory of decompressed blocks
   */
  public record Memory(
      long usedBytes,
      long boundBytes,
      long memTableEntries,
      long memTableBytes,
      int frozenMemTables,
      long blockCacheBytes) {}

  /**
   * What is in tables.
   *
   * @param levels the levels that have tables, from level 0 downwards
   * @param rangeTombstones count of range tombstones, in memtables too; one that is cut into parts
   *     counts for each
   */
  public record Tables(List<Level> levels, long rangeTombstones) {

    /** Copies the list. */
    public Tables {
      levels = List.copyOf(levels);
    }

    /** Returns the count of tables. */
    public int count() {
      return levels.stream().mapToInt(Level::tables).sum();
    }

    /** Returns the size of the tables on disk. */
    public long bytes() {
      return levels.stream().mapToLong(Level::bytes).sum();
    }

    /** Returns the count of entries, shadowed ones and deletions included. */
    public long entries() {
      return levels.stream().mapToLong(Level::entries).sum();
    }
  }

  /**
   * One level of tables.
   *
   * @param level its number; flushes write to level 0
   * @param runs count of its sorted runs
   * @param tables count of its tables
   * @param bytes size of its tables on disk
   * @param entries count of its entries, shadowed ones and deletions included
   */
  public record Level(int level, int runs, int tables, long bytes, long entries) {}

  /**
   * What is in the journal, and what was written to it.
   *
   * @param fileBytes size of the journal's files on disk, spare ones included
   * @param bytesWritten bytes of committed records
   * @param syncs count of syncs of the journal
   */
  public record Journal(long fileBytes, long bytesWritten, long syncs) {}

  /**
   * What was committed.
   *
   * @param userBytes keys and values of committed entries
   */
  public record Writes(long userBytes) {}

  /**
   * Memtables that became tables.
   *
   * @param count count of flushed memtables
   * @param bytesWritten bytes of the tables that flushes wrote
   */
  public record Flushes(long count, long bytesWritten) {}

  /**
   * Rewriting of tables in the background.
   *
   * @param count count of compactions
   * @param bytesRead bytes of the tables that compactions read
   * @param bytesWritten bytes of the tables that compactions wrote
   * @param tablesSetAside count of damaged tables that compactions leave where they are
   */
  public record Compactions(long count, long bytesRead, long bytesWritten, int tablesSetAside) {}

  /**
   * Values in value files, see {@link StoreOptions.Builder#minValueFileBytes}.
   *
   * @param files count of value files
   * @param fileBytes bytes of their files, which {@link Journal#fileBytes} contains
   * @param liveBytes bytes of the values in them that tables refer to
   */
  public record Values(int files, long fileBytes, long liveBytes) {}

  /**
   * What held up writers.
   *
   * @param count count of stalls: waits of a writer until a memtable was flushed
   * @param nanos duration of all stalls
   * @param throttledNanos duration of all delays of writers while flushes or compactions were late
   */
  public record Stalls(long count, long nanos, long throttledNanos) {}

  /** Returns the size of the store on disk: tables and journal. */
  public long diskBytes() {
    return tables.bytes() + journal.fileBytes();
  }

  /** Returns the bytes written to tables for each byte of user data; the journal does not count. */
  public double writeAmplification() {
    return writes.userBytes() == 0
        ? 0
        : (double) (flushes.bytesWritten() + compactions.bytesWritten()) / writes.userBytes();
  }
}
