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
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {

  private static final Path STORE = Path.of("/store");
  private static final int SEGMENT_BYTES = TestJournal.SEGMENT_BYTES;

  private final MemoryFileSystem fs = new MemoryFileSystem();

  JournalTest() {
    fs.createDirectories(STORE);
  }

  /** Counts allocations of files. */
  private AtomicInteger countAllocations() {
    AtomicInteger count = new AtomicInteger();
    fs.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.ALLOCATE) {
            count.incrementAndGet();
          }
        });
    return count;
  }

  @Test
  void retire_boundsFiles() {
    AtomicInteger allocated = countAllocations();
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      for (int i = 0; i < 200; i++) {
        store.append("key" + i, 300, 3);
        if (store.segments.size() > 2) {
          store.retireOldest();
        }
        assertTrue(fs.list(STORE).size() <= 6, () -> fs.list(STORE).toString());
      }
      assertTrue(allocated.get() <= 6, "allocated " + allocated);
    }
    assertEquals(List.of(), fs.openFiles());
  }

  @Test
  void trim_deletesWhatWasIdleSinceTheLastCall() {
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      retire(store, 5);
      int burst = fs.list(STORE).size();
      store.journal.trim();
      assertEquals(burst, fs.list(STORE).size(), "nothing is known yet");
      retire(store, 1);
      store.journal.trim();
      int steady = fs.list(STORE).size();
      assertTrue(steady < burst, () -> fs.list(STORE).toString());
      retire(store, 1);
      store.journal.trim();
      assertEquals(steady, fs.list(STORE).size(), "what is used again and again stays");
      store.journal.trim();
      assertEquals(1 + SegmentPool.READY, fs.list(STORE).size());
      retire(store, 5);
    }
    try (TestJournal store = TestJournal.create(fs, STORE.resolve("closed"))) {
      retire(store, 5);
      store.journal.trim();
      store.journal.close();
      int left = fs.list(STORE.resolve("closed")).size();
      store.journal.trim();
      assertEquals(left, fs.list(STORE.resolve("closed")).size());
    }
    assertEquals(List.of(), fs.openFiles());
  }

  @Test
  void open_makesTheSecondReadyWhenTheFirstIsInUse() {
    AtomicInteger allocated = countAllocations();
    try (Journal journal = new Journal(fs, STORE, SEGMENT_BYTES, 1, Runnable::run)) {
      assertEquals(1, allocated.get());
      JournalSegment first = journal.rotate(1, 0);
      assertEquals(1, first.number());
      assertEquals(1 + SegmentPool.READY, allocated.get());
      first.release();
    }
  }

  @Test
  void rest_whileSomethingIsWritten_keepsAll() {
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      retire(store, 5);
      int burst = fs.list(STORE).size();
      store.journal.rest();
      for (int i = 0; i < 3; i++) {
        store.append("key" + i, 1, 1);
        store.journal.rest();
        assertEquals(burst, fs.list(STORE).size());
      }
      store.journal.rest();
      assertEquals(1 + 1, fs.list(STORE).size());
    }
    assertEquals(List.of(), fs.openFiles());
  }

  @Test
  void rest_leavesOneReady() {
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      store.journal.rest();
      assertEquals(1 + SegmentPool.READY, fs.list(STORE).size(), "there was a rotation");
      store.rotate(0);
      store.journal.rest();
      assertEquals(2 + SegmentPool.READY, fs.list(STORE).size(), "and another");
      for (int i = 0; i < 3; i++) {
        store.journal.rest();
        assertEquals(2 + 1, fs.list(STORE).size());
      }
      AtomicInteger allocated = countAllocations();
      long last = store.active.number();
      store.rotate(0);
      assertEquals(last + 1, store.active.number(), "the one that was ready");
      assertEquals(SegmentPool.READY, allocated.get());
      store.rotate(0);
      assertEquals(last + 3, store.active.number(), "no number is used again");
    }
    assertEquals(List.of(), fs.openFiles());
  }

  /** A segment that is being prepared is deleted by the next call. */
  @Test
  void rest_whilePreparing_leavesItToTheNextCall() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    Journal journal = new Journal(fs, STORE, SEGMENT_BYTES, 1, tasks::add);
    tasks.remove().run();
    JournalSegment segment = journal.rotate(1, 0);
    tasks.remove().run();
    assertEquals(1, tasks.size(), "the second ready one");
    journal.rest();
    journal.rest();
    tasks.remove().run();
    assertEquals(1 + SegmentPool.READY, fs.list(STORE).size());
    journal.rest();
    segment.seal();
    JournalSegment next = journal.rotate(1, 0);
    assertEquals(1, tasks.size(), "nothing is prepared until the other is gone");
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertEquals(2 + SegmentPool.READY, fs.list(STORE).size());
    segment.release();
    next.release();
    journal.close();
    assertEquals(List.of(), fs.openFiles());
  }

  /** Fills a count of segments and retires them afterwards. */
  private static void retire(TestJournal store, int count) {
    for (int i = 0; i < count; i++) {
      store.append("key" + i, 300, 1);
      store.rotate(0);
    }
    for (int i = 0; i < count; i++) {
      store.retireOldest();
    }
  }

  @Test
  void retire_waitsForTheLastHolder() {
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      store.append("a", 10, 1);
      JournalSegment first = store.active;
      first.acquire();
      store.rotate(0);
      store.retireOldest();
      cycle(store, 2 * SegmentPool.READY);
      first.verify();
      assertEquals(FileName.journal(STORE, first.number()), first.path());
      assertTrue(fs.exists(first.path()));
      MemorySegment memory = first.memory();
      first.release();
      boolean usedAgain = false;
      for (int i = 0; i < 2 * SegmentPool.READY + 1; i++) {
        cycle(store, 1);
        usedAgain |= store.active.memory().equals(memory);
      }
      assertTrue(usedAgain);
    }
    assertEquals(List.of(), fs.openFiles());
  }

  @Test
  void close_endsTheMappingsOfSpares() {
    MemorySegment memory;
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      store.append("a", 10, 1);
      memory = store.active.memory();
      store.rotate(0);
      store.retireOldest();
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, memory.byteSize() - 1));
    }
    assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
  }

  /** After a failed write-back the kernel may not report the lost pages again. */
  @Test
  void retire_afterAFailedSync_isNotUsedAgain() {
    AtomicBoolean failing = new AtomicBoolean();
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      store.append("a", 10, 1);
      JournalSegment first = store.active;
      fs.failBefore(
          (operation, path) -> {
            if (failing.get() && operation == FileOperation.SYNC) {
              throw new StorageException(path, "cannot be synced", null);
            }
          });
      failing.set(true);
      assertThrows(StorageException.class, first::sync);
      failing.set(false);
      store.rotate(0);
      Path path = first.path();
      store.retireOldest();
      assertFalse(fs.exists(path));
    }
    assertEquals(List.of(), fs.openFiles());
  }

  /** Fills a count of segments, and retires each when the next one is in use. */
  private static void cycle(TestJournal store, int count) {
    for (int i = 0; i < count; i++) {
      store.append("key" + i, 300, 1);
      store.rotate(0);
      store.retireOldest();
    }
  }

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
