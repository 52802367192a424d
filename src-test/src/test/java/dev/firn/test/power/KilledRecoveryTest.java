package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import dev.firn.test.power.SyncSite.Call;
import dev.firn.test.power.SyncSite.Reached;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A process is killed during recovery, after it has deleted a journal segment and before it has
 * synced the deletion; the next one recovers too, and the power is cut. A segment that reappears
 * must not name one that is gone. Two syncs of the folder prevent that, and each suffices: this
 * test proves the entry in {@link SyncControls#NOT_NEEDED}.
 */
final class KilledRecoveryTest {

  private static final byte[] KEY = {1};
  private static final byte[] VALUE = new byte[500];

  private static final StoreOptions OPTIONS = TinyOptions.smallest();

  /** Another segment size: segments without records cannot be reused and are deleted. */
  private static final StoreOptions OTHER =
      OPTIONS.toBuilder().journalSegmentBytes(64 << 10).build();

  private final List<MemoryFileSystem> killed = new ArrayList<>();
  private final Set<Path> deleted = new HashSet<>();

  /** Kills a recovery before and right after each deletion of a segment. */
  @BeforeEach
  void killRecoveries() {
    MemoryFileSystem files = withIdleSegments();
    aroundDeletions(
        files,
        segment -> {
          killed.add(files.processKillClone());
          deleted.add(segment);
        });
    new MemoryDisk(files).open(OTHER).close();
    assertTrue(killed.size() >= 3, () -> "moments: " + killed.size());
  }

  @Test
  void withoutTheSyncOfTheJournal_theManifestIsEnough() {
    assertEquals(0, lostWithout(KilledRecoveryTest::isOfTheJournal));
  }

  @Test
  void withoutTheSyncsOfTheManifest_theJournalIsEnough() {
    assertEquals(0, lostWithout(KilledRecoveryTest::isOfTheManifest));
  }

  @Test
  void withoutEither_aSegmentIsMissed() {
    assertTrue(lostWithout(way -> isOfTheJournal(way) || isOfTheManifest(way)) > 0);
  }

  private static boolean isOfTheJournal(Reached way) {
    return way.site().place().startsWith("JournalFolder.syncEarlierDeletions");
  }

  private static boolean isOfTheManifest(Reached way) {
    return way.site().call() == Call.SYNC_DIRECTORY
        && way.site().place().startsWith("CurrentFile.");
  }

  /** Number of stores that miss a segment after a power cut in the second recovery. */
  private int lostWithout(Predicate<Reached> leftOut) {
    Map<Long, MemoryFileSystem> images = new HashMap<>();
    killed.forEach(files -> cutPowerWhileOpening(files.processKillClone(), leftOut, images));
    assertTrue(images.size() > 3, () -> "images: " + images.size());
    int lost = 0;
    for (MemoryFileSystem image : images.values()) {
      try (Store store = new MemoryDisk(image).open(OTHER)) {
        assertArrayEquals(VALUE, store.tree("t").get(KEY));
      } catch (CorruptionException missing) {
        assertTrue(isSegment(Path.of(missing.file())), missing::toString);
        lost++;
      }
    }
    return lost;
  }

  private void cutPowerWhileOpening(
      MemoryFileSystem files, Predicate<Reached> leftOut, Map<Long, MemoryFileSystem> images) {
    aroundDeletions(
        files,
        segment -> {
          for (Path path : deleted) {
            MemoryFileSystem image = files.crashClone(new AllBut(path));
            images.put(image.fingerprint(MemoryDisk.DIRECTORY, PowerRun::counts), image);
          }
        });
    SiteFileSystem view = new SiteFileSystem(files, way -> {}, leftOut, path -> false);
    new MemoryDisk(files, view).open(OTHER).close();
  }

  private static void aroundDeletions(MemoryFileSystem files, Consumer<Path> action) {
    AtomicReference<@Nullable Path> last = new AtomicReference<>();
    files.failBefore(
        (operation, path) -> {
          boolean deletes = operation == FileOperation.DELETE && isSegment(path);
          Path before = last.getAndSet(deletes ? path : null);
          if (deletes || before != null) {
            action.accept(deletes ? path : before);
          }
        });
  }

  /** A power cut that loses the changes of one name only. */
  private record AllBut(Path file) implements PowerCut {

    @Override
    public boolean keepsName(Path path) {
      return !path.equals(file);
    }

    @Override
    public long length(Path path, long synced, long newest) {
      return newest;
    }

    @Override
    public void versions(Path path, long page, int newest, int[] versions) {
      Arrays.fill(versions, newest);
    }
  }

  private static MemoryFileSystem withIdleSegments() {
    MemoryFileSystem files = new MemoryFileSystem();
    try (Store store = new MemoryDisk(files).open(OPTIONS)) {
      store.tree("t").put(KEY, VALUE, Durability.SYNCED);
      while (segments(files) < 3) {
        Thread.onSpinWait();
      }
      return files.crashClone(PowerCut.everything());
    }
  }

  private static long segments(MemoryFileSystem files) {
    return files.list(MemoryDisk.DIRECTORY).stream()
        .filter(name -> FileName.journalNumber(name).isPresent())
        .count();
  }

  private static boolean isSegment(Path path) {
    return FileName.journalNumber(String.valueOf(path.getFileName())).isPresent();
  }
}
