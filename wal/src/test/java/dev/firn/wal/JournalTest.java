package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.RealFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.DiskFullException;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotation of the journal, and the segments that it opens with. */
final class JournalTest extends JournalFixture {

  @Test
  void rotate_diskFull_throwsAndTriesAgain() {
    TestJournal store = TestJournal.create(fs, STORE);
    // One segment is in use, two are ready, and there is no room for a fourth.
    fs.setCapacityBytes(3L * SEGMENT_BYTES);
    store.append("a", 100, 1);
    store.rotate(0);
    store.append("b", 100, 1);
    store.rotate(0);
    store.append("c", 100, 1);
    store.active.seal();
    long next = store.active.lastSequence() + 1;
    for (int i = 0; i < 3; i++) {
      assertThrows(DiskFullException.class, () -> store.journal.rotate(next, 0));
    }
    assertEquals(3, fs.list(STORE).size());
    fs.setCapacityBytes(10L * SEGMENT_BYTES);
    store.rotate(0);
    store.append("d", 100, 1);
    store.active.sync();
    store.close();
    try (TestJournal again = store.reopen(fs.crashCloneSyncedOnly(), false)) {
      assertEquals(store.written, again.written);
    }
  }

  @Test
  void rotate_preparationFailsAnywhere_triesAgain() {
    for (FileOperation failing :
        List.of(
            FileOperation.ALLOCATE,
            FileOperation.MAP,
            FileOperation.WRITE,
            FileOperation.SYNC,
            FileOperation.RENAME,
            FileOperation.SYNC_DIRECTORY,
            FileOperation.PREFAULT)) {
      MemoryFileSystem files = new MemoryFileSystem();
      files.createDirectories(STORE);
      files.failBefore(
          (operation, path) -> {
            if (operation == failing) {
              throw new StorageException(path, "injected", null);
            }
          });
      try (Journal journal = new Journal(files, STORE, SEGMENT_BYTES, 1, Runnable::run)) {
        StorageException e =
            assertThrows(StorageException.class, () -> journal.rotate(1, 0), failing::name);
        assertEquals(1, e.getSuppressed().length, "the failure in the background");
        assertEquals(List.of(), files.list(STORE));
        files.failBefore(dev.firn.core.file.FaultInjection.NONE);
        journal.rotate(1, 0).release();
      }
      assertEquals(List.of(), files.openFiles());
    }
  }

  @Test
  void rotate_oversizedRecord_getsSegmentOfItsOwn() {
    TestJournal store = TestJournal.create(fs, STORE);
    store.append("small", 10, 1);
    store.append("large", 3 * SEGMENT_BYTES, 1);
    JournalSegment large = store.active;
    assertEquals(4 * SEGMENT_BYTES, large.size());
    store.rotate(0);
    store.append("small again", 10, 1);
    assertEquals(SEGMENT_BYTES, store.active.size());
    assertTrue(store.active.number() > large.number());
    store.close();
    try (TestJournal again = store.reopen(fs.processKillClone(), false)) {
      assertEquals(store.written, again.written);
      assertFalse(again.tail.torn());
      again.retireOldest();
      again.retireOldest();
      assertFalse(again.fs.exists(large.path()), "an odd size is not kept");
    }
  }

  @Test
  void rotate_sealsAndContinuesWithTheNextSequence() {
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      store.append("a", 10, 3);
      assertThrows(IllegalArgumentException.class, () -> store.journal.rotate(3, 0));
      assertThrows(IllegalArgumentException.class, () -> store.journal.rotate(5, 0));
      assertTrue(store.active.isSealed());
      store.rotate(0);
      assertEquals(4, store.active.firstSequence());
    }
  }

  @Test
  void longRecord_isRecovered() {
    TestJournal store = TestJournal.create(fs, STORE);
    store.append("a", 10, 1);
    store.append("long", 3 << 20, 2);
    store.append("b", 10, 1);
    JournalSegment large = store.segments.get(1);
    large.verify();
    store.close();
    try (TestJournal again = store.reopen(fs.processKillClone(), false)) {
      assertEquals(store.written, again.written);
    }
    TestJournal.poke(fs, large.path(), 5 << 20, new byte[] {1});
    assertThrows(CorruptionException.class, () -> store.reopen(fs.processKillClone(), false));
  }

  @Test
  void rotate_waitsForTheBackground() throws InterruptedException {
    Queue<Runnable> tasks = new ArrayDeque<>();
    Journal journal = new Journal(fs, STORE, SEGMENT_BYTES, 1, tasks::add);
    assertEquals(1, tasks.size());
    Thread background = Thread.ofPlatform().unstarted(tasks.remove());
    Thread.currentThread().interrupt();
    background.start();
    JournalSegment segment = journal.rotate(1, 0);
    assertTrue(Thread.interrupted());
    background.join();
    assertEquals(1, tasks.size());
    segment.release();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    journal.close();
    assertThrows(IllegalStateException.class, () -> journal.rotate(1, 0));
    assertEquals(List.of(), fs.openFiles());
  }

  @Test
  void rotate_withoutBackground() {
    Journal journal =
        new Journal(
            fs,
            STORE,
            SEGMENT_BYTES,
            1,
            task -> {
              throw new RejectedExecutionException();
            });
    JournalSegment first = journal.rotate(1, 0);
    first.seal();
    JournalSegment second = journal.rotate(1, 0);
    journal.retire(first);
    second.seal();
    JournalSegment third = journal.rotate(1, 0);
    assertEquals(2, fs.list(STORE).size());
    second.release();
    third.release();
    journal.close();
    journal.close();
  }

  @Test
  void open_usesSparesOfEarlierProcess() {
    TestJournal store = TestJournal.create(fs, STORE);
    for (int i = 0; i < 10; i++) {
      store.append("key" + i, 1000, 2);
    }
    while (store.segments.size() > 1) {
      store.retireOldest();
    }
    store.close();
    AtomicInteger allocated = countAllocations();
    TestJournal again = store.reopen(fs, false);
    for (int i = 0; i < 3; i++) {
      again.close();
      again = again.reopen(fs, false);
    }
    again.close();
    assertEquals(0, allocated.get());
  }

  @Test
  void segmentBytes_outOfRange() {
    for (long bytes : new long[] {0, 4095, 4097, JournalFormat.MAX_SEGMENT_BYTES + 1, -4096}) {
      assertThrows(
          IllegalArgumentException.class, () -> new Journal(fs, STORE, bytes, 1, Runnable::run));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new Journal(fs, STORE, SEGMENT_BYTES, 0, Runnable::run));
  }

  @Test
  void realFiles_recoverAfterRecycling(@TempDir Path directory) {
    RealFileSystem files = new RealFileSystem();
    TestJournal store = TestJournal.create(files, directory);
    for (int i = 0; i < 50; i++) {
      store.append("key" + i, 100 + i, 5);
      if (i % 7 == 0) {
        store.active.sync();
      }
      if (store.segments.size() > 3) {
        store.retireOldest();
      }
    }
    store.close();
    TestJournal again = store.reopen(files, false);
    assertEquals(store.written, again.written);
    again.append("more", 10, 2);
    again.finish();
    try (TestJournal last = again.reopen(files, false)) {
      assertEquals(again.written, last.written);
      assertFalse(last.tail.torn());
    }
    assertTrue(files.exists(FileName.journal(directory, last(files, directory))));
  }

  private static long last(RealFileSystem files, Path directory) {
    return files.list(directory).stream()
        .map(FileName::journalNumber)
        .mapToLong(number -> number.orElse(0))
        .max()
        .orElse(0);
  }
}
