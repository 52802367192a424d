package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import dev.firn.test.power.SyncSite.Call;
import dev.firn.test.power.SyncSite.Reached;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A sample of the negative controls of simulated power loss; the campaign {@code sync-controls}
 * covers all.
 */
final class SyncControlTest {

  /** The ways that short scripts reach. */
  private static final List<String> SOON =
      List.of(
          "SYNC at SyncState.syncTo",
          "SYNC at ManifestWriter.append",
          "SYNC at ManifestWriter.create",
          "SYNC at TableOutput.sync",
          "SYNC at CurrentFile.prepare from ManifestLog.install",
          "SYNC at SegmentFiles.prepare from SegmentPool.prepare",
          "SYNC_DIRECTORY at ManifestLog.append",
          "SYNC_DIRECTORY at SegmentFiles.prepare from SegmentPool.prepare");

  @Test
  void leftOutSync_isNoticed() {
    Seed.run(
        seed -> {
          List<Reached> ways = new ArrayList<>(SyncControls.discover(seed, 1));
          ways.removeIf(way -> SOON.stream().noneMatch(soon -> startsWith(way, soon)));
          assertTrue(ways.size() > 2, () -> "reached: " + ways);
          Collections.shuffle(ways, new Random(seed));
          Reached way = ways.getFirst();
          SyncControls.assertNoticed(way, SyncControl.without(way), seed, 40);
        });
  }

  private static boolean startsWith(Reached way, String text) {
    return SyncControls.lookUp(Map.of(text, ""), way).isPresent();
  }

  /** A new sync in the engine must be classified: is it reached, is it needed? */
  @Test
  void places_areTheKnownOnes() {
    Set<String> found = new TreeSet<>();
    SyncSite.all().forEach(site -> found.add(site.toString().replaceAll(":\\d+", "")));
    assertEquals(
        new TreeSet<>(
            Set.of(
                "SYNC at CurrentFile.prepare",
                "SYNC at FileCopy.copy",
                "SYNC at JournalFolder.repair",
                "SYNC at SyncState.syncTo",
                "SYNC at ManifestWriter.append",
                "SYNC at ManifestWriter.create",
                "SYNC at ManifestWriter.finish",
                "SYNC at SegmentFiles.prepare",
                "SYNC at TableOutput.append",
                "SYNC at TableOutput.sync",
                "RENAME at CurrentFile.install",
                "RENAME at SegmentFiles.prepare",
                "RENAME at TableWriter.finish",
                "SYNC_DIRECTORY at CurrentFile.install",
                "SYNC_DIRECTORY at CurrentFile.prepare",
                "SYNC_DIRECTORY at JournalFolder.removeAllBut",
                "SYNC_DIRECTORY at JournalFolder.sweep",
                "SYNC_DIRECTORY at JournalFolder.syncEarlierDeletions",
                "SYNC_DIRECTORY at Repair.run",
                "SYNC_DIRECTORY at SegmentFiles.isGone",
                "SYNC_DIRECTORY at SegmentFiles.prepare",
                "SYNC_DIRECTORY at ManifestLog.append")),
        found);
    assertTrue(SyncSite.all().stream().anyMatch(site -> site.call() == Call.RENAME));
  }
}
