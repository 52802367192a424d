package dev.firn.compaction;

import dev.firn.core.file.FileSystem;
import dev.firn.sstable.TableOptions;
import dev.firn.version.PendingOutputs;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What a merge needs of the store around it.
 *
 * @param fileSystem the files
 * @param directory the store's folder
 * @param options how tables of a level are laid out
 * @param targetTableBytes how large tables are to be
 * @param numbers gives a number to each new table
 * @param newTables gets each new table when it is complete
 * @param boundaries the sequences of live snapshots and the newest visible one, ascending: readers
 *     that come later read at or above the last, of the version that the merge makes or a later one
 * @param isCancelled asked now and then; the merge is abandoned when it says true
 * @param progress told now and then about how many more bytes of keys and values were read
 */
public record CompactionEnvironment(
    FileSystem fileSystem,
    Path directory,
    IntFunction<TableOptions> options,
    long targetTableBytes,
    LongSupplier numbers,
    PendingOutputs newTables,
    long[] boundaries,
    BooleanSupplier isCancelled,
    LongConsumer progress) {}
