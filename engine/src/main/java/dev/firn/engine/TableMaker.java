package dev.firn.engine;

import dev.firn.compaction.Compaction;
import dev.firn.compaction.CompactionEnvironment;
import dev.firn.compaction.CompactionJob;
import dev.firn.compaction.CompactionPolicy;
import dev.firn.compaction.CompactionResult;
import dev.firn.core.InternalCursor;
import dev.firn.core.file.FileSystem;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

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
  private final LongAdder compactions = new LongAdder();
  private final LongAdder compactionBytesRead = new LongAdder();
  private final LongAdder compactionBytesWritten = new LongAdder();

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
   * Writes a level-0 run.
   *
   * @param entries the entries of frozen generations, all visible
   * @param beforeBatch called before each batch of at most 64 entries
   */
  CompactionResult flush(InternalCursor entries, Runnable beforeBatch) {
    return CompactionJob.flush(
        environment(options.compaction(), () -> false), entries, beforeBatch, versions.trees());
  }

  /**
   * Runs a compaction that was picked for a version, which the caller holds.
   *
   * @throws java.util.concurrent.CancellationException when it was cancelled; its files are deleted
   */
  CompactionResult compact(Version version, Compaction compaction, BooleanSupplier isCancelled) {
    CompactionPolicy policy = options.compaction().forSize(version.shape().bytes());
    CompactionResult result =
        new CompactionJob(environment(policy, isCancelled), version, policy).run(compaction);
    compactions.increment();
    compactionBytesRead.add(result.bytesRead());
    compactionBytesWritten.add(result.bytesWritten());
    return result;
  }

  private CompactionEnvironment environment(CompactionPolicy policy, BooleanSupplier isCancelled) {
    CompactionEnvironment.Outputs outputs =
        new CompactionEnvironment.Outputs(
            files,
            directory,
            level -> options.tables(),
            policy.targetTableBytes(),
            versions::allocateNumber,
            versions.pendingOutputs());
    return new CompactionEnvironment(outputs, snapshots.boundaries(), isCancelled);
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
