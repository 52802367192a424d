package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A deleted segment is reported as missing if it was in use or a ready segment was to follow it; a
 * segment that recovery removed never is.
 */
final class JournalMissingFileTest {

  private static final Path STORE = Path.of("/store");

  private final MemoryFileSystem files = new MemoryFileSystem();
  private TestJournal store = TestJournal.create(files, STORE);

  private void fill(int segments) {
    for (int i = 0; i < segments; i++) {
      if (i > 0) {
        store.rotate(0);
      }
      store.append("key" + i, 100, 2);
    }
  }

  private static List<Path> journals(MemoryFileSystem fs) {
    return fs.list(STORE).stream()
        .filter(name -> FileName.journalNumber(name).isPresent())
        .map(STORE::resolve)
        .toList();
  }

  private static void assertMissing(TestJournal store, MemoryFileSystem fs, Path path) {
    CorruptionException e = assertThrows(CorruptionException.class, () -> store.reopen(fs, false));
    assertEquals(path.toString(), e.file());
    assertTrue(e.getMessage().contains("no such file"), e::getMessage);
  }

  /** Salvage passes over it, and the journal is sound afterwards. */
  private static void assertSalvaged(TestJournal store, MemoryFileSystem fs) {
    try (TestJournal first = store.reopen(fs, true)) {
      assertNotNull(first.tail.damage());
      assertEquals(store.written.subList(0, first.written.size()), first.written);
      assertWhole(first, fs.processKillClone());
      assertWhole(first, fs.crashCloneSyncedOnly());
      first.append("more", 100, 1);
      first.active.sync();
      assertWhole(first, fs.crashCloneSyncedOnly());
    }
  }

  private static void assertWhole(TestJournal store, MemoryFileSystem fs) {
    try (TestJournal again = store.reopen(fs, false)) {
      assertEquals(store.written, again.written);
      assertNull(again.tail.damage());
    }
  }

  /** Deletes every file in turn: it is missed, or it had no records and no follower. */
  private int deleteEach(TestJournal killed, MemoryFileSystem image) {
    int missed = 0;
    List<Path> live = killed.segments.stream().map(JournalSegment::path).toList();
    for (Path path : journals(image)) {
      MemoryFileSystem fs = image.processKillClone();
      fs.delete(path);
      if (live.contains(path)) {
        assertMissing(killed, fs, path);
        assertSalvaged(killed, fs);
        missed++;
      } else if (isFollowed(image, path, killed.segments.getFirst().number())) {
        assertMissing(killed, fs, path);
        assertSalvaged(killed, fs);
      } else {
        assertWhole(killed, fs);
      }
    }
    assertEquals(live.size(), missed);
    return missed;
  }

  /** Whether a segment not below the floor was prepared to follow another. */
  private static boolean isFollowed(MemoryFileSystem image, Path path, long floor) {
    long number = FileName.journalNumber(path.getFileName().toString()).orElseThrow();
    return number >= floor
        && journals(image).stream()
            .mapToLong(
                other -> FileName.journalNumber(other.getFileName().toString()).orElseThrow())
            .anyMatch(other -> SegmentFile.read(image, STORE, other).preparedAfter() == number);
  }

  @Test
  void onlySegment_isMissed() {
    fill(1);
    MemoryFileSystem fs = files.processKillClone();
    assertEquals(1 + SegmentPool.READY, journals(fs).size());
    fs.delete(store.active.path());
    assertMissing(store, fs, store.active.path());
    store.close();
  }

  @Test
  void newestSegment_isMissed() {
    fill(24);
    while (store.segments.size() > 2) {
      store.retireOldest();
    }
    for (MemoryFileSystem fs :
        List.of(files.processKillClone(), files.crashClone(PowerCut.everything()))) {
      fs.delete(store.active.path());
      assertMissing(store, fs, store.active.path());
      assertSalvaged(store, fs);
    }
    store.close();
  }

  @Test
  void everySingleFile_ofAKilledStore() {
    for (int live = 1; live <= 3; live++) {
      for (int retired = 0; retired <= 4; retired++) {
        MemoryFileSystem fs = new MemoryFileSystem();
        TestJournal unused = store;
        store = TestJournal.create(fs, STORE);
        unused.close();
        fill(live + retired);
        for (int i = 0; i < retired; i++) {
          store.retireOldest();
        }
        assertEquals(live, store.segments.size());
        assertEquals(live, deleteEach(store, fs.processKillClone()));
        store.active.sync();
        assertEquals(live, deleteEach(store, fs.crashCloneSyncedOnly()));
      }
    }
    store.close();
  }

  @Test
  void everySingleFile_afterAnOversizedRecord() {
    store.append("small", 100, 1);
    store.append("large", 3 * TestJournal.SEGMENT_BYTES, 1);
    deleteEach(store, files.processKillClone());
    store.rotate(0);
    store.append("small", 100, 1);
    deleteEach(store, files.processKillClone());
    store.close();
  }

  @Test
  void everySingleFile_ofAStoreOpenedAgain() {
    fill(2);
    MemoryFileSystem fs = files.processKillClone();
    try (TestJournal again = store.reopen(fs, false)) {
      again.append("again", 100, 1);
      deleteEach(again, fs.processKillClone());
      // Opened and killed before anything was written: only what was recovered is in use.
      MemoryFileSystem idle = files.processKillClone();
      RecoveredJournal found =
          new JournalRecovery(idle, STORE, 1, 1, TestJournal.SEGMENT_BYTES, false)
              .recover((segment, entries, offset, first, count) -> {});
      new Journal(idle, STORE, TestJournal.SEGMENT_BYTES, found, Runnable::run).close();
      found.segments().forEach(JournalSegment::release);
      deleteEach(store, idle);
    }
    store.close();
  }

  @Test
  void floorAboveAll_missesNothing() {
    for (int segments = 1; segments < 5; segments++) {
      fill(segments);
      while (store.segments.size() > 1) {
        store.retireOldest();
      }
      store.active.seal();
      store.retireOldest();
      store.journal.close();
      for (Path path : journals(files)) {
        MemoryFileSystem fs = files.processKillClone();
        fs.delete(path);
        assertWhole(store, fs);
      }
      store = store.reopen(files, false);
      assertNull(store.tail.damage());
      store.rotate(0);
    }
    store.close();
  }

  /** Segments without records that others name, and records that are lost with the power. */
  @Test
  void recoveryAgainAndAgain_missesNothing() {
    List<MemoryFileSystem> images = new ArrayList<>();
    for (int lost = 0; lost < 3; lost++) {
      for (int synced = 0; synced < 3; synced++) {
        MemoryFileSystem fs = new MemoryFileSystem();
        TestJournal unused = store;
        store = TestJournal.create(fs, STORE);
        unused.close();
        for (int i = 0; i < synced; i++) {
          store.append("synced", 100, 1);
          store.active.sync();
          store.rotate(0);
        }
        int certain = store.written.size();
        for (int i = 0; i < lost; i++) {
          store.append(i == 1 ? "large" : "lost", i == 1 ? 5000 : 100, 1);
          store.rotate(0);
        }
        images.clear();
        takeImages(fs, images);
        for (int round = 0; round < 3; round++) {
          List<MemoryFileSystem> next = new ArrayList<>();
          for (MemoryFileSystem image : images) {
            image.failBefore(
                (operation, path) -> {
                  if (changes(operation) && next.size() < 400) {
                    takeImages(image, next);
                  }
                });
            try (TestJournal again = store.reopen(image, false)) {
              assertTrue(again.written.size() >= certain);
            }
          }
          images.clear();
          // A few of each round are enough for the next.
          for (int i = 0; i < next.size(); i += 1 + next.size() / 60) {
            images.add(next.get(i));
          }
        }
      }
    }
    store.close();
  }

  private static void takeImages(MemoryFileSystem files, List<MemoryFileSystem> images) {
    images.add(files.processKillClone());
    images.add(files.crashCloneSyncedOnly());
    images.add(files.crashClone(images.size() * 31L));
    images.add(files.crashClone(images.size() * 37L));
  }

  private static boolean changes(FileOperation operation) {
    return switch (operation) {
      case WRITE, SYNC, RENAME, DELETE, SYNC_DIRECTORY, ALLOCATE -> true;
      default -> false;
    };
  }

  /** A spare that cannot be recycled stays, and so does the one it was prepared after. */
  @Test
  void spareThatCannotBeRecycled_missesNothing() {
    for (FileOperation failing :
        List.of(FileOperation.RENAME, FileOperation.SYNC_DIRECTORY, FileOperation.MAP)) {
      // Killed before anything was written: all files are spares, each prepared after the
      // preceding one.
      MemoryFileSystem fs = new MemoryFileSystem();
      TestJournal idle = TestJournal.create(fs, STORE);
      RecoveredJournal found =
          new JournalRecovery(fs, STORE, 1, 1, TestJournal.SEGMENT_BYTES, false)
              .recover((segment, entries, offset, first, count) -> {});
      assertEquals(1 + SegmentPool.READY, found.spares().size());
      boolean[] failed = new boolean[1];
      fs.failBefore(
          (operation, path) -> {
            if (operation == failing && !failed[0]) {
              failed[0] = true;
              throw new StorageException(path, "injected", null);
            }
            if (failed[0] && changes(operation)) {
              for (int i = 0; i < 20; i++) {
                idle.reopen(fs.crashClone(i), false).close();
              }
              idle.reopen(fs.processKillClone(), false).close();
            }
          });
      try (Journal journal =
          new Journal(fs, STORE, TestJournal.SEGMENT_BYTES, found, Runnable::run)) {
        journal.rotate(1, 0).release();
      }
      assertTrue(failed[0]);
      idle.close();
    }
    store.close();
  }

  /** A ready segment that is not needed is deleted before the one that it was prepared after. */
  @Test
  void restThenOversizedRecord_missesNothing() {
    fill(1);
    store.active.sync();
    AtomicInteger images = new AtomicInteger();
    files.failBefore(
        (operation, path) -> {
          if (changes(operation)) {
            images.incrementAndGet();
            for (int i = 0; i < 20; i++) {
              assertWhole(store, files.crashClone(i));
            }
            assertWhole(store, files.processKillClone());
          }
        });
    store.journal.rest();
    store.journal.rest();
    assertEquals(1 + 1, journals(files).size());
    deleteEach(store, files.processKillClone());
    assertWhole(store, files.crashCloneSyncedOnly());
    store.rotate(3 * TestJournal.SEGMENT_BYTES);
    store.journal.rest();
    store.journal.rest();
    deleteEach(store, files.processKillClone());
    store.rotate(0);
    assertTrue(images.get() > 20, images::toString);
    store.close();
  }

  /** A file that cannot be deleted stays, and so does the one that it was prepared after. */
  @Test
  void readySegmentThatCannotBeDeleted_missesNothing() {
    List<Throwable> told = new ArrayList<>();
    store.journal.whenPreparationFails(told::add);
    store.journal.rest();
    files.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.DELETE && told.isEmpty()) {
            throw new StorageException(path, "injected", null);
          }
          if (changes(operation)) {
            for (int i = 0; i < 20; i++) {
              store.reopen(files.crashClone(i), false).close();
            }
            assertWhole(store, files.processKillClone());
          }
        });
    store.journal.rest();
    assertEquals(1, told.size());
    store.rotate(3 * TestJournal.SEGMENT_BYTES);
    store.rotate(0);
    store.close();
  }

  /** A recovery is killed before its deletions are durable; a power cut ends the next one. */
  @Test
  void killedRecovery_thenPowerCut_missesNothing() {
    for (int killedBefore = 0; killedBefore < 12; killedBefore++) {
      MemoryFileSystem fs = new MemoryFileSystem();
      TestJournal torn = TestJournal.create(fs, STORE);
      torn.append("torn", 100, 1);
      torn.active.sync();
      TestJournal.poke(fs, torn.active.path(), JournalFormat.HEADER_BYTES, new byte[] {1});
      int[] left = {killedBefore};
      fs.failBefore(
          (operation, path) -> {
            if (changes(operation) && left[0]-- <= 0) {
              throw new StorageException(path, "killed", null);
            }
          });
      try {
        torn.reopen(fs, false).close();
      } catch (StorageException e) {
        assertTrue(left[0] < 0);
      }
      fs.failBefore(
          (operation, path) -> {
            for (int i = 0; changes(operation) && i < 20; i++) {
              torn.reopen(fs.crashClone(i), false).close();
            }
          });
      torn.reopen(fs, false).close();
      torn.close();
    }
    store.close();
  }

  @Test
  void spares_areRecycledLastFirst() {
    MemoryFileSystem fs = new MemoryFileSystem();
    TestJournal idle = TestJournal.create(fs, STORE);
    RecoveredJournal found =
        new JournalRecovery(fs, STORE, 1, 1, TestJournal.SEGMENT_BYTES, false)
            .recover((segment, entries, offset, first, count) -> {});
    assertEquals(
        Stream.of(3, 2, 1).map(number -> FileName.journal(STORE, number)).toList(), found.spares());
    assertFalse(found.tail().torn());
    idle.close();
    store.close();
  }
}
