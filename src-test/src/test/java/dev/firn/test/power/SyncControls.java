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
          "A table is read only if the manifest names it, and the manifest names it only after it"
              + " was synced; half a table is deleted at the next opening, whatever its name. The"
              + " rename keeps it from being taken for a table by people and tools.",
          "RENAME at CurrentFile.install from ManifestLog.close",
          "CURRENT named this manifest before, since it was begun; what changes is only how long it"
              + " says that the manifest is. That finds a manifest out that was cut off later.",
          "SYNC_DIRECTORY at CurrentFile.install from ManifestLog.close",
          "Before the rename: the manifest's name is durable since it was begun. After it: as for"
              + " the rename.",
          "SYNC_DIRECTORY at JournalFolder.syncEarlierDeletions",
          "What an earlier process gave up is gone durably when the manifest is in place that the"
              + " store begins at each opening, between the reading of the journal and its first"
              + " change: that syncs the folder. Should it do so no more, KilledRecoveryTest shows"
              + " what is lost. Whoever recovers a journal by itself needs it.",
          "SYNC_DIRECTORY at JournalFolder.sweep",
          "What is swept is below the floor, or temporary: should it come back it is not read, and"
              + " is swept again. It keeps space from being lost.");

  /** Places that the scripts do not reach. */
  static final Map<String, String> NOT_REACHED =
      Map.of("SYNC at JournalFolder.repair", "only salvage does that: see SalvageTest");

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
    throw new AssertionError(
        "nobody notices that this is missing: " + what + "; it was reached: " + reached);
  }
}
