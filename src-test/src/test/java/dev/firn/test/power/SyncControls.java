package dev.firn.test.power;

import dev.firn.test.power.SyncSite.Reached;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All negative controls: leaving out any way to any place in the engine that syncs or renames must
 * be noticed.
 */
final class SyncControls {

  /**
   * What no power cut needs: the proof, and the reason for keeping it.
   *
   * <p>Keys are prefixes of {@link Reached#toString} without the line.
   */
  static final Map<String, String> NOT_NEEDED =
      Map.of(
          "RENAME at TableWriter.finish",
          "A table is read only if the manifest names it, which happens after its sync; an"
              + " incomplete table is deleted at the next opening, whatever its name. The rename"
              + " tells people and tools that a table is complete.",
          "RENAME at CurrentFile.install from ManifestLog.close",
          "CURRENT names the same manifest before and after it; only the length of the manifest"
              + " changes. The length reveals a manifest that was truncated later.",
          "SYNC_DIRECTORY at CurrentFile.prepare from ManifestLog.close",
          "The manifest's name has been durable from its creation.",
          "SYNC_DIRECTORY at CurrentFile.install from ManifestLog.close",
          "As for the rename.",
          "SYNC_DIRECTORY at JournalFolder.syncEarlierDeletions",
          "Each opening installs a new manifest between reading the journal and changing it, which"
              + " syncs the folder with the deletions of an earlier process. KilledRecoveryTest"
              + " shows what is lost without that. A recovery of a journal alone needs this sync.",
          "SYNC_DIRECTORY at JournalFolder.sweep",
          "Swept files are below the floor or temporary: if they reappear they are not read, and"
              + " are swept again. The sync keeps their space from being lost.");

  /** Places that the scripts do not reach. */
  static final Map<String, String> NOT_REACHED =
      Map.of(
          "SYNC at JournalFolder.repair",
          "only salvage does that: see SalvageTest",
          "SYNC at FileCopy.copy",
          "only a repair does that: see RepairTest",
          "SYNC_DIRECTORY at Repair.run",
          "only a repair does that: see RepairTest",
          "SYNC_DIRECTORY at SegmentFiles.isGone",
          "only a disk without room leads there: see NoSpaceTest",
          "SYNC at TableOutput.append",
          "only with little memory: the sync at the end of the table counts");

  /**
   * What a rename protects from being found incomplete: tested by making it under its final name.
   */
  static final Map<String, String> TEMPORARY =
      Map.of(
          "RENAME at SegmentFiles.prepare", ".journal", "RENAME at CurrentFile.install", "CURRENT");

  private SyncControls() {}

  /** The entry of a list for a way or place. */
  static Optional<String> lookUp(Map<String, String> list, Object what) {
    String text = what.toString().replaceAll(":\\d+", "");
    return list.entrySet().stream()
        .filter(entry -> text.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  static SortedSet<Reached> discover(long seed, int scripts) {
    SortedSet<Reached> ways = new TreeSet<>();
    SyncControl listening =
        new SyncControl(
            way -> {
              synchronized (ways) {
                ways.add(way);
              }
              return false;
            },
            path -> false);
    for (int i = 0; i < scripts; i++) {
      Optional<Throwable> wrong = listening.look(seed + i);
      if (wrong.isPresent()) {
        throw new AssertionError("nothing was left out, and yet: " + wrong.get(), wrong.get());
      }
    }
    return ways;
  }

  /**
   * Leaves something out until that is noticed.
   *
   * @param what for the message
   * @return number of attempts
   */
  static int assertNoticed(Object what, SyncControl control, long seed, int attempts) {
    List<Boolean> reached = new ArrayList<>();
    for (int i = 0; i < attempts; i++) {
      if (control.attempt(seed + i).isPresent()) {
        return i + 1;
      }
      reached.add(control.isReached());
    }
    throw new AssertionError("not noticed without it: " + what + "; reached: " + reached);
  }
}
