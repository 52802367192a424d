package dev.firn.compaction;

import dev.firn.core.file.FileSystem;
import dev.firn.sstable.TableOptions;
import dev.firn.version.PendingOutputs;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * What a compaction or flush needs of the store around it.
 *
 * @param outputs where the new tables go
 * @param boundaries the sequences of live snapshots and the newest visible sequence, ascending:
 *     readers that start later read at or above the last one, of the version that the compaction
 *     makes or a later one
 * @param isCancelled polled while entries are copied; the compaction is abandoned when it is true
 * @param seconds when the oldest of the entries was written, for a flush; the time, for a
 *     compaction; in seconds since 1970, 0 for not known
 */
public record CompactionEnvironment(
    Outputs outputs, long[] boundaries, BooleanSupplier isCancelled, long seconds) {

  /** An environment without a clock: the age of deletions is not recorded. */
  public CompactionEnvironment(Outputs outputs, long[] boundaries, BooleanSupplier isCancelled) {
    this(outputs, boundaries, isCancelled, 0);
  }

  /**
   * How new tables are made.
   *
   * @param fileSystem the files
   * @param directory the store's folder
   * @param options the layout of the tables of a level
   * @param targetTableBytes size at which a table ends
   * @param numbers gives a number to each new table
   * @param pendingOutputs receives each new table when it is complete
   */
  public record Outputs(
      FileSystem fileSystem,
      Path directory,
      IntFunction<TableOptions> options,
      long targetTableBytes,
      LongSupplier numbers,
      PendingOutputs pendingOutputs) {}
}
