package dev.firn.compaction;

import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit;
import java.util.List;

/**
 * What a merge did. Its tables are on the device, their names not yet, and they are not part of the
 * store before the edit is applied.
 *
 * @param edit what makes them part of the store and removes the sources
 * @param outputs the new tables
 * @param bytesRead bytes of the files that were merged
 * @param bytesWritten bytes of the new files
 * @param entriesRead how many entries were merged
 * @param entriesWritten how many of them are left
 * @param tablesReused how many tables stayed or moved as they were
 */
public record CompactionResult(
    VersionEdit edit,
    List<TableMetadata> outputs,
    long bytesRead,
    long bytesWritten,
    long entriesRead,
    long entriesWritten,
    int tablesReused) {}
