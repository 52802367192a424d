package dev.firn.compaction;

import dev.firn.core.file.FileSystem;
import dev.firn.sstable.TableOptions;
import dev.firn.version.PendingOutputs;
import java.nio.file.Path;
import java.util.List;
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
 */
public record CompactionEnvironment(
    Outputs outputs, long[] boundaries, BooleanSupplier isCancelled) {

  /**
   * How new tables are made.
   *
   * @param fileSystem the files
   * @param directory the store's folder
   * @param options the layout of the tables of a level
   * @param targetTableBytes size at which a table ends
   * @param numbers gives a number to each new table
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
      PendingOutputs pendingOutputs,
      List<byte[]> cuts) {

    /** Outputs that end nowhere in particular. */
    public Outputs(
        FileSystem fileSystem,
        Path directory,
        IntFunction<TableOptions> options,
        long targetTableBytes,
        LongSupplier numbers,
        PendingOutputs pendingOutputs) {
      this(fileSystem, directory, options, targetTableBytes, numbers, pendingOutputs, List.of());
    }
  }
}
