package dev.firn.engine.repair;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableOrigin;
import dev.firn.version.StoreState;
import dev.firn.wal.JournalSalvage;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells from the tables that a manifest does not name whether its last edits are missing: a
 * manifest that was cut off after a record looks whole.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class LostEdits {

  private final FileSystem files;
  private final Path directory;
  private final StoreState state;
  private final Set<Long> missing = new HashSet<>();

  private LostEdits(FileSystem files, Path directory, StoreState state) {
    this.files = files;
    this.directory = directory;
    this.state = state;
  }

  /** Whether edits after a state are missing. */
  static boolean after(StoreState state, FileSystem files, Path directory, BlockCache cache) {
    return new LostEdits(files, directory, state).search(cache);
  }

  private boolean search(BlockCache cache) {
    Set<Long> unnamed = new HashSet<>();
    for (String name : files.list(directory)) {
      FileName.tableNumber(name).ifPresent(unnamed::add);
    }
    for (TableMetadata table : state.shape().tables()) {
      if (!unnamed.remove(table.number())) {
        missing.add(table.number());
      }
    }
    for (long number : unnamed) {
      try {
        Table table = Table.open(files, directory, number, cache);
        try {
          if (isOfLaterState(table)) {
            return true;
          }
        } finally {
          table.release();
        }
      } catch (CorruptionException | StorageException e) {
        // It says nothing.
      }
    }
    return false;
  }

  private boolean isOfLaterState(Table table) {
    TableOrigin origin = table.origin();
    return (origin != null
            && (origin.lastSequence() > state.lastSequence()
                || origin.journalFloor() > state.journalFloor()
                || knowsLaterTree(origin)
                || knowsDrop(table, origin)
                || origin.replaces().stream().anyMatch(missing::contains)))
        || (table.metadata().largestSequence() > state.lastSequence()
            && !journalFollowsTo(table.metadata().largestSequence()));
  }

  /** Whether the table was written when a tree existed that is younger than the state. */
  private boolean knowsLaterTree(TableOrigin origin) {
    return !origin.trees().isEmpty() && origin.trees().lastKey() >= state.trees().nextId();
  }

  /**
   * Whether the table was written when a tree of the state was dropped: one of the table's range
   * that the table does not name, though it names a younger one.
   */
  private boolean knowsDrop(Table table, TableOrigin origin) {
    return !origin.trees().isEmpty()
        && state.trees().ids(table.metadata().smallestTree(), origin.trees().lastKey() - 1).stream()
            .anyMatch(id -> !origin.trees().containsKey(id));
  }

  /**
   * Whether the journal has what follows the state, up to the last entry of a table: then the table
   * is of a flush that was cut. Value files alone have parts of it.
   */
  private boolean journalFollowsTo(long last) {
    long next = state.lastSequence() + 1;
    JournalSalvage.Result result =
        JournalSalvage.read(
            files,
            directory,
            Math.max(1, state.journalFloor()),
            0,
            next,
            state.lastSequence(),
            (segment, entries, first) -> {});
    return result.records() > 0
        && result.lastSequence() >= last
        && result.gaps().stream().noneMatch(gap -> gap.firstSequence() <= last);
  }
}
