package dev.firn.engine;

import dev.firn.core.file.FileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.version.ManifestTail;
import dev.firn.version.ValueFiles;
import dev.firn.version.VersionSet;
import dev.firn.wal.JournalRecovery;
import dev.firn.wal.RecoveredJournal;
import java.nio.file.Path;

/** The recovery of the journal when a store is opened. */
final class JournalOpening {

  private JournalOpening() {}

  static RecoveredJournal recover(
      FileSystem files, Path directory, VersionSet versions, EngineOptions options, Replay replay) {
    ValueFiles valueFiles = versions.state().valueFiles();
    JournalRecovery recovery =
        new JournalRecovery(
            files,
            directory,
            Math.max(1, versions.state().journalFloor()),
            versions.state().journalHead(),
            versions.state().lastSequence() + 1,
            options.journalSegmentBytes(),
            options.salvage(),
            number -> valueFiles.file(number) != null);
    try {
      // A new manifest before any segment is deleted: the last edit of the old one, which may be
      // what made the segment obsolete, may be in the page cache only, left there by a process
      // that was killed. And a new store's journals come after CURRENT.
      return recovery.recover(replay, versions::begin);
    } catch (CorruptionException e) {
      ManifestTail tail = versions.recoveredTail();
      throw tail.isTorn() && !files.exists(Path.of(e.file())) ? damaged(tail, e) : e;
    }
  }

  /** A segment is deleted after the edit that made it obsolete was synced, so it is not torn. */
  private static CorruptionException damaged(ManifestTail tail, CorruptionException missing) {
    return new CorruptionException(
        tail.file(),
        tail.offset(),
        "the edit that made " + missing.file() + " obsolete",
        tail.droppedBytes() + " bytes that are no edit",
        missing);
  }
}
