package dev.firn.version;

import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.util.HashSet;
import java.util.Set;

/** The files that an edit replaced. They are deleted with the last version that has them. */
final class ReplacedFiles {

  private ReplacedFiles() {}

  /**
   * Marks the files that an edit replaced.
   *
   * @param before the version before the edit
   * @param after the version after the edit
   */
  static void markObsolete(Version before, Version after, VersionEdit edit) {
    before.valueFiles().markObsolete(after.state().valueFiles());
    Set<Long> moved = new HashSet<>();
    edit.all(TableAdded.class).forEach(added -> moved.add(added.table().number()));
    for (TableRemoved removed : edit.all(TableRemoved.class)) {
      TableMetadata metadata = before.shape().table(removed.number());
      Table table =
          metadata == null || moved.contains(removed.number())
              ? null
              : before.table(removed.run(), metadata);
      if (table != null) {
        table.markObsolete();
      }
    }
  }
}
