package dev.firn.engine;

import dev.firn.compaction.CompactionPolicy;
import dev.firn.sstable.TableOptions;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Options of an engine; the API has checked them.
 *
 * @param createIfMissing whether an empty or missing folder becomes a store
 * @param salvage whether a journal that is damaged before its tail is cut there
 * @param journalSegmentBytes the size of a journal segment, and of the memtable over it
 * @param memoryBytes the bound of what the store takes outside the heap
 * @param minValueFileBytes minimum length of the values that stay in value files
 * @param blockCacheBytes the maximum memory of decompressed blocks
 * @param pageCacheBytes the memory of the page cache for tables
 * @param syncIntervalNanos the interval of periodic syncs, or 0 for none
 * @param scrubIntervalNanos the time between two scrubs, or 0 for scrubs on request only
 * @param scrubBytesPerSecond the maximum read rate of a scrub
 * @param problems receives each problem, on the thread that found it
 * @param tables how tables are written
 * @param compaction when and how they are compacted
 * @param clock the clock by which entries expire
 * @param gapEntries the entries in a row without a result that a scan leaves a {@link Gap} for
 */
public record EngineOptions(
    boolean createIfMissing,
    boolean salvage,
    long journalSegmentBytes,
    long memoryBytes,
    long minValueFileBytes,
    long blockCacheBytes,
    long pageCacheBytes,
    long syncIntervalNanos,
    long scrubIntervalNanos,
    long scrubBytesPerSecond,
    Consumer<Problem> problems,
    TableOptions tables,
    CompactionPolicy compaction,
    InstantSource clock,
    int gapEntries) {

  /** The usual {@link #gapEntries}. */
  public static final int GAP_ENTRIES = 64;
}
