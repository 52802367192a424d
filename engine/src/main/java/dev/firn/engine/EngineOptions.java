package dev.firn.engine;

import dev.firn.compaction.CompactionPolicy;
import dev.firn.sstable.TableOptions;
import java.util.function.Consumer;

/**
 * What the engine is told at opening; checked by the API.
 *
 * @param createIfMissing whether an empty or missing folder becomes a store
 * @param salvage whether a journal that is damaged before its tail is cut there
 * @param journalSegmentBytes the size of a journal segment, and of the memtable over it
 * @param blockCacheBytes how much memory decompressed blocks may take
 * @param syncIntervalNanos how often the journal is synced unasked, or 0 for never
 * @param scrubIntervalNanos from one scrub to the next, or 0 for none unasked
 * @param scrubBytesPerSecond how fast a scrub reads at most
 * @param problems is told of each problem by the thread that found it
 * @param tables how tables are written
 * @param compaction when and how they are merged
 */
public record EngineOptions(
    boolean createIfMissing,
    boolean salvage,
    long journalSegmentBytes,
    long blockCacheBytes,
    long syncIntervalNanos,
    long scrubIntervalNanos,
    long scrubBytesPerSecond,
    Consumer<Problem> problems,
    TableOptions tables,
    CompactionPolicy compaction) {}
