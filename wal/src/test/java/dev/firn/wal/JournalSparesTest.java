package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileOperation;
import dev.firn.error.DiskFullException;
import dev.firn.error.StorageException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The spare segments of a journal: kept, used again, deleted. */
final class JournalSparesTest extends JournalFixture {

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

  /** Neither a large record nor a usual segment that cannot be made strands a file. */
  @Test
  void rotate_withoutRoom_strandsNoSpare() {
    AtomicBoolean full = new AtomicBoolean();
    fs.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.ALLOCATE && full.get()) {
            throw new DiskFullException(path, 0, null);
          }
        });
    try (TestJournal store = TestJournal.create(fs, STORE)) {
      retire(store, 5);
      int most = 1 + SegmentPool.READY + SpareSegments.MAX_SPARES;
      for (int round = 0; round < 6; round++) {
        full.set(true);
        store.active.seal();
        assertThrows(
            DiskFullException.class,
            () -> store.journal.rotate(store.active.lastSequence() + 1, 100_000));
        full.set(false);
        retire(store, 5);
        retireAllButActive(store);
        assertTrue(fs.list(STORE).size() <= most, () -> fs.list(STORE).toString());
      }
      // Now usual segments: first all spares are used, then none can be made.
      full.set(true);
      assertThrows(DiskFullException.class, () -> retire(store, 20));
      full.set(false);
      store.rotate(0);
      store.rotate(100_000);
      store.rotate(0);
      retireAllButActive(store);
      store.journal.rest();
      store.journal.rest();
      assertEquals(1 + 1, fs.list(STORE).size(), () -> fs.list(STORE).toString());
    }
    assertEquals(List.of(), fs.openFiles());
  }

  private static void retireAllButActive(TestJournal store) {
    while (store.segments.size() > 1) {
      store.retireOldest();
    }
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
}
