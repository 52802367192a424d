package dev.firn.compaction;

import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit;
import java.util.List;

/**
 * What a compaction or flush did. The content of its tables is on the device, their names are not
 * yet, and they are not part of the store until the edit is applied.
 *
 * @param edit adds the outputs to the store and removes the sources
 * @param outputs the new tables
 * @param bytesRead bytes of the files that were read
 * @param entriesRead entries that were read
 * @param entriesWritten entries that the outputs hold
 * @param entriesExpired entries that had expired, which it dropped or made deletions
 * @param tablesReused tables that stayed or moved without being rewritten
 */
public record CompactionResult(
    VersionEdit edit,
    List<TableMetadata> outputs,
    long bytesRead,
    long entriesRead,
    long entriesWritten,
    long entriesExpired,
    int tablesReused) {

  /** The same with one more change. */
  public CompactionResult with(VersionEdit.Change change) {
    return new CompactionResult(
        edit.with(change),
        outputs,
        bytesRead,
        entriesRead,
        entriesWritten,
        entriesExpired,
        tablesReused);
  }

  /** Bytes of the new files. */
  public long bytesWritten() {
    return outputs.stream().mapToLong(TableMetadata::fileBytes).sum();
  }
}
