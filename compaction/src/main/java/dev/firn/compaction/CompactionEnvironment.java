package dev.firn.compaction;

import dev.firn.core.MemoryBudget;
import dev.firn.core.file.FileSystem;
import dev.firn.core.merge.OperandMergers;
import dev.firn.sstable.OutputLimits;
import dev.firn.sstable.TableOptions;
import dev.firn.version.PendingOutputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * What a compaction or flush needs of the store around it.
 *
 * @param outputs where the new tables go
 * @param boundaries the moments of live snapshots and the present: readers that start later read at
 *     or above the last one, of the version that the compaction makes or a later one
 * @param isCancelled polled while entries are copied; the compaction is abandoned when it is true
 * @param seconds when the oldest of the entries was written, for a flush; the time, for a
 *     compaction; in seconds since 1970, 0 for not known
 * @param emptiedFiles the value files that a compaction moves values from
 * @param mergers what the merge operands of the trees do
 */
public record CompactionEnvironment(
    Outputs outputs,
    Boundaries boundaries,
    BooleanSupplier isCancelled,
    long seconds,
    Set<Long> emptiedFiles,
    OperandMergers mergers) {

  /** An environment in which no value is moved, and no operand merged. */
  public CompactionEnvironment(
      Outputs outputs, Boundaries boundaries, BooleanSupplier isCancelled, long seconds) {
    this(outputs, boundaries, isCancelled, seconds, Set.of(), OperandMergers.NONE);
  }

  /** An environment without a clock: the age of deletions is not recorded. */
  public CompactionEnvironment(
      Outputs outputs, Boundaries boundaries, BooleanSupplier isCancelled) {
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
   * @param memory what the memory of tables that are being written draws from
   * @param pendingOutputs receives each new table when it is complete
   * @param cuts keys before which a table ends, ascending: a table that straddles the range of a
   *     table which is set aside could not be compacted further
   */
  public record Outputs(
      FileSystem fileSystem,
      Path directory,
      IntFunction<TableOptions> options,
      long targetTableBytes,
      LongSupplier numbers,
      MemoryBudget memory,
      PendingOutputs pendingOutputs,
      List<byte[]> cuts) {

    /** Count of parts of the budget, one of which the index and filter of a table may take. */
    private static final int PARTS = 32;

    private static final long MIN_BUFFER_BYTES = 1 << 20;

    /** Outputs that end nowhere in particular. */
    public Outputs(
        FileSystem fileSystem,
        Path directory,
        IntFunction<TableOptions> options,
        long targetTableBytes,
        LongSupplier numbers,
        MemoryBudget memory,
        PendingOutputs pendingOutputs) {
      this(
          fileSystem,
          directory,
          options,
          targetTableBytes,
          numbers,
          memory,
          pendingOutputs,
          List.of());
    }

    /** How much of a table waits for the device. */
    OutputLimits limits() {
      return OutputLimits.of(memory.boundBytes());
    }

    /** Size of index and filter, while they are built in memory, at which a table ends. */
    long maxBufferBytes() {
      return Math.max(MIN_BUFFER_BYTES, memory.boundBytes() / PARTS);
    }
  }
}
