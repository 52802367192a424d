package dev.firn.engine;

import dev.firn.compaction.Compaction;
import dev.firn.compaction.CompactionEnvironment;
import dev.firn.compaction.CompactionJob;
import dev.firn.compaction.CompactionResult;
import dev.firn.core.InternalCursor;
import dev.firn.core.file.FileSystem;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Makes tables: of generations, and of other tables. What is made becomes part of the store when
 * the result's edit is applied.
 *
 * <p><b>Threading.</b> The flushing and the merging thread, each with tables of its own.
 */
final class TableMaker {

  private final FileSystem files;
  private final Path directory;
  private final EngineOptions options;
  private final VersionSet versions;
  private final Snapshots snapshots;
  private final LongAdder merges = new LongAdder();
  private final LongAdder mergeBytesRead = new LongAdder();
  private final LongAdder mergeBytesWritten = new LongAdder();

  TableMaker(
      FileSystem files,
      Path directory,
      EngineOptions options,
      VersionSet versions,
      Snapshots snapshots) {
    this.files = files;
    this.directory = directory;
    this.options = options;
    this.versions = versions;
    this.snapshots = snapshots;
  }

  /**
   * Makes a run of level 0 of a generation's entries, all of which are visible.
   *
   * @param beforeBatch called before every 64 entries, or fewer
   */
  CompactionResult flush(InternalCursor entries, Runnable beforeBatch) {
    return CompactionJob.flush(environment(() -> false), entries, beforeBatch, versions.trees());
  }

  /**
   * Does what was picked for a version, which the caller holds.
   *
   * @throws java.util.concurrent.CancellationException when it was cancelled; nothing is left of it
   */
  CompactionResult merge(Version version, Compaction compaction, BooleanSupplier isCancelled) {
    CompactionResult result =
        new CompactionJob(environment(isCancelled), version, options.compaction()).run(compaction);
    merges.increment();
    mergeBytesRead.add(result.bytesRead());
    mergeBytesWritten.add(result.bytesWritten());
    return result;
  }

  private CompactionEnvironment environment(BooleanSupplier isCancelled) {
    CompactionEnvironment.Outputs outputs =
        new CompactionEnvironment.Outputs(
            files,
            directory,
            level -> options.tables(),
            options.compaction().targetTableBytes(),
            versions::allocateNumber,
            versions.pendingOutputs());
    return new CompactionEnvironment(outputs, snapshots.boundaries(), isCancelled);
  }

  long merges() {
    return merges.sum();
  }

  long mergeBytesRead() {
    return mergeBytesRead.sum();
  }

  long mergeBytesWritten() {
    return mergeBytesWritten.sum();
  }
}
