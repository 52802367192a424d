package dev.firn;

import dev.firn.compaction.CompactionPolicy;
import dev.firn.engine.EngineOptions;
import dev.firn.sstable.Codec;
import dev.firn.sstable.TableOptions;
import java.time.Duration;

/** Makes the options of the engine from those of the API. */
final class EngineSettings {

  private static final int RESTART_INTERVAL = 16;

  private EngineSettings() {}

  static EngineOptions of(StoreOptions options) {
    ProblemListener listener = options.problemListener();
    Duration tombstoneMaxAge = options.tombstoneMaxAge();
    return new EngineOptions(
        options.createIfMissing(),
        options.salvage(),
        options.journalSegmentBytes(),
        options.memoryBytes(),
        options.minValueFileBytes(),
        options.blockCacheBytes(),
        options.pageCacheBytes(),
        options.syncInterval().toNanos(),
        options.scrubInterval().toNanos(),
        options.scrubBytesPerSecond(),
        problem -> listener.onProblem(StoreReports.problem(problem)),
        tables(options),
        CompactionPolicy.defaults()
            .withTargetTableBytes(options.tableBytes())
            .withLevelBaseBytes(options.levelBaseBytes())
            .withTombstoneMaxAgeSeconds(
                tombstoneMaxAge.isZero() ? 0 : Math.max(1, tombstoneMaxAge.toSeconds())),
        options.clock(),
        EngineOptions.GAP_ENTRIES);
  }

  private static TableOptions tables(StoreOptions options) {
    Compression compression = options.compression();
    Codec codec = compression == Compression.LZ4 ? Codec.LZ4 : Codec.NONE;
    Codec largeCodec = compression == Compression.NONE ? Codec.NONE : Codec.LZ4;
    return new TableOptions(
        options.blockBytes(),
        RESTART_INTERVAL,
        options.filterBitsPerKey(),
        codec,
        largeCodec,
        false);
  }
}
