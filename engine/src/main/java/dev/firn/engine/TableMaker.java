package dev.firn.engine;

import dev.firn.compaction.Compaction;
import dev.firn.compaction.CompactionEnvironment;
import dev.firn.compaction.CompactionJob;
import dev.firn.compaction.CompactionPolicy;
import dev.firn.compaction.CompactionResult;
import dev.firn.compaction.PickMoment;
import dev.firn.core.InternalCursor;
import dev.firn.core.MemoryBudget;
import dev.firn.core.file.FileSystem;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.sstable.TableOptions;
import dev.firn.sstable.TableResidency;
import dev.firn.version.Shape;
import dev.firn.version.StoreState;
import dev.firn.version.Version;
import dev.firn.version.VersionEdit.ClockMark;
import dev.firn.version.VersionSet;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Writes the tables of flushes and of compactions. They become part of the store when the result's
 * edit is applied.
 *
 * <p><b>Threading.</b> The flush and the compaction thread, each with tables of its own.
 */
final class TableMaker {

  private final FileSystem files;
  private final Path directory;
  private final EngineOptions options;
  private final VersionSet versions;
  private final Snapshots snapshots;
  private final LongSupplier seconds;
  private final StoreClock clock;
  private final MemoryBudget memory;
  private final TableResidency residency;
  private final TablesAside aside;
  private final TreeOperators operators;
  private final ValueSpace values;
  private final LongAdder entriesExpired = new LongAdder();
  private final LongAdder compactions = new LongAdder();
  private final LongAdder compactionBytesRead = new LongAdder();
  private final LongAdder compactionBytesWritten = new LongAdder();

  /**
   * @param seconds gives seconds since 1970
   * @param clock by which entries expire
   */
  TableMaker(
      FileSystem files,
      Path directory,
      EngineOptions options,
      VersionSet versions,
      Snapshots snapshots,
      LongSupplier seconds,
      StoreClock clock,
      MemoryBudget memory,
      TableResidency residency,
      TablesAside aside,
      TreeOperators operators,
      ValueSpace values) {
    this.values = values;
    this.files = files;
    this.directory = directory;
    this.options = options;
    this.versions = versions;
    this.snapshots = snapshots;
    this.seconds = seconds;
    this.clock = clock;
    this.memory = memory;
    this.residency = residency;
    this.aside = aside;
    this.operators = operators;
  }

  /**
   * Writes a level-0 run.
   *
   * @param entries the entries of frozen generations, all visible
   * @param ranges their range tombstones
   * @param beforeBatch called before each batch of at most 64 entries
   * @param ageNanos the age of the oldest of the generations
   * @param generations the generations
   */
  CompactionResult flush(
      InternalCursor entries,
      RangeFragmenter ranges,
      Runnable beforeBatch,
      long ageNanos,
      List<Generation> generations) {
    StoreState state = versions.state();
    long since = seconds.getAsLong() - TimeUnit.NANOSECONDS.toSeconds(ageNanos);
    CompactionEnvironment environment =
        environment(options.compaction(), () -> false, state.shape(), since, Set.of());
    try (Arena arena = Arena.ofConfined()) {
      ValueThresholds large = ValueThresholds.of(state.trees(), options.minValueFileBytes());
      FlushedValues kept = new FlushedValues(arena, generations, large);
      return marked(CompactionJob.flush(environment, entries, ranges, beforeBatch, state, kept));
    }
  }

  /** What the picker must know of this moment, for a version that the caller holds. */
  PickMoment moment(boolean atRest, Version version) {
    long maxAge = options.compaction().tombstoneMaxAgeSeconds();
    long old = maxAge == 0 ? 0 : seconds.getAsLong() - maxAge;
    return new PickMoment(
        atRest, Math.max(0, old), snapshots.oldest(), values.filesToEmpty(version), oldestClock());
  }

  /** The clock of no reader shows less; 0 if nothing expires. */
  long oldestClock() {
    return clock.isNeeded() ? snapshots.oldestClock() : 0;
  }

  /**
   * Runs a compaction that was picked for a version, which the caller holds.
   *
   * @throws java.util.concurrent.CancellationException when it was cancelled; its files are deleted
   */
  CompactionResult compact(Version version, Compaction compaction, BooleanSupplier isCancelled) {
    CompactionPolicy policy = options.compaction().forSize(version.shape().bytes());
    CompactionResult result =
        new CompactionJob(
                environment(
                    policy,
                    isCancelled,
                    version.shape(),
                    seconds.getAsLong(),
                    values.filesToEmpty(version)),
                version,
                policy)
            .run(compaction);
    compactions.increment();
    compactionBytesRead.add(result.bytesRead());
    compactionBytesWritten.add(result.bytesWritten());
    return marked(result);
  }

  /** A result whose edit keeps what the clock showed: what it dropped must not come back. */
  private CompactionResult marked(CompactionResult result) {
    entriesExpired.add(result.entriesExpired());
    return clock.isNeeded() ? result.with(new ClockMark(clock.getAsLong())) : result;
  }

  private CompactionEnvironment environment(
      CompactionPolicy policy,
      BooleanSupplier isCancelled,
      Shape shape,
      long seconds,
      Set<Long> emptiedFiles) {
    CompactionEnvironment.Outputs outputs =
        new CompactionEnvironment.Outputs(
            files,
            directory,
            level -> tableOptions(),
            policy.targetTableBytes(),
            versions::allocateNumber,
            memory,
            versions.pendingOutputs(),
            aside.cuts(shape));
    return new CompactionEnvironment(
        outputs, snapshots.boundaries(), isCancelled, seconds, emptiedFiles, operators);
  }

  private TableOptions tableOptions() {
    return residency.isLarge() ? options.tables().forLarge() : options.tables();
  }

  /** Expired entries that flushes and compactions removed. */
  long entriesExpired() {
    return entriesExpired.sum();
  }

  long compactions() {
    return compactions.sum();
  }

  long compactionBytesRead() {
    return compactionBytesRead.sum();
  }

  long compactionBytesWritten() {
    return compactionBytesWritten.sum();
  }
}
