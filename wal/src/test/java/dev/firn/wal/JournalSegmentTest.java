package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JournalSegmentTest {

  private static final Path STORE = Path.of("/store");

  private final MemoryFileSystem fs = new MemoryFileSystem();
  private final TestJournal store = TestJournal.create(fs, STORE);
  private final JournalSegment segment = store.active;

  @AfterEach
  void close() {
    store.close();
  }

  private int commitmentAt(long offset) {
    return segment.memory().get(JournalFormat.INT, offset + JournalFormat.COMMITMENT_AT);
  }

  @Test
  void reserve_handsOutPlacesAndSequences() {
    long first = segment.reserve(64, 3);
    long second = segment.reserve(24, 1);
    assertEquals(64, JournalSegment.offset(first));
    assertEquals(1, segment.firstSequence(first));
    assertEquals(128, JournalSegment.offset(second));
    assertEquals(4, segment.firstSequence(second));
    assertEquals(152, segment.end());
    assertEquals(4, segment.lastSequence());
    assertEquals(4, segment.entries());
  }

  @Test
  void reserve_refusesWhatDoesNotFit() {
    assertEquals(-1, segment.reserve(TestJournal.SEGMENT_BYTES - 56, 1));
    assertEquals(-1, segment.reserve(1L << 40, 1));
    assertEquals(-1, segment.reserve(Long.MAX_VALUE - 7, 1));
    assertTrue(segment.reserve(TestJournal.SEGMENT_BYTES - 64, 1) >= 0);
    assertEquals(-1, segment.reserve(8, 1));
    assertEquals(TestJournal.SEGMENT_BYTES, segment.end());
  }

  @Test
  void seal_endsReserving() {
    segment.reserve(64, 1);
    assertFalse(segment.isSealed());
    segment.seal();
    segment.seal();
    assertTrue(segment.isSealed());
    assertEquals(-1, segment.reserve(8, 1));
    assertEquals(128, segment.end());
    assertEquals(1, segment.lastSequence());
  }

  @Test
  void commitments_stateASyncedPositionOnce() {
    store.append("a", 10, 1);
    long second = segment.published();
    store.append("b", 10, 1);
    long third = segment.published();
    segment.sync();
    assertEquals(third, segment.synced());
    store.append("c", 10, 1);
    long fourth = segment.published();
    store.append("d", 10, 1);
    assertEquals(8, commitmentAt(64));
    assertEquals(second / 8, commitmentAt(second));
    assertEquals(third / 8 | JournalFormat.SYNCED, commitmentAt(third));
    assertEquals(fourth / 8, commitmentAt(fourth));
  }

  @Test
  void sync_reachesEarlierSegments() {
    store.append("a", 10, 1);
    store.rotate(0);
    JournalSegment second = store.active;
    store.append("b", 10, 1);
    second.sync();
    assertEquals(segment.end(), segment.synced());
    assertEquals(second.published(), second.synced());
    AtomicInteger synced = new AtomicInteger();
    fs.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.SYNC) {
            synced.incrementAndGet();
            assertEquals(second.path(), path);
          }
        });
    second.sync();
    assertEquals(0, synced.get());
    store.append("c", 10, 1);
    second.sync();
    assertEquals(1, synced.get());
    fs.failBefore(FaultInjection.NONE);
  }

  @Test
  void sync_saysNothingWhileAnEarlierSegmentIsIncomplete() {
    TestJournal.Pending slow = store.reserve(new RecordBuilder(), "slow", 10, 1);
    store.rotate(0);
    JournalSegment second = store.active;
    TestJournal.Pending quick = store.reserve(new RecordBuilder(), "quick", 10, 1);
    quick.copy();
    second.sync();
    assertEquals(0, second.synced());
    slow.copy();
    slow.publish();
    quick.publish();
    second.sync();
    assertEquals(second.end(), second.synced());
    assertEquals(segment.end(), segment.synced());
  }

  @Test
  void sync_skipsRetired() {
    store.append("a", 10, 1);
    store.rotate(0);
    store.append("b", 10, 1);
    store.retireOldest();
    store.active.sync();
    assertEquals(store.active.published(), store.active.synced());
  }

  @Test
  void sync_failsForGood() {
    store.append("a", 10, 1);
    fs.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.SYNC && path.equals(segment.path())) {
            throw new StorageException(path, "injected", null);
          }
        });
    StorageException first = assertThrows(StorageException.class, segment::sync);
    fs.failBefore(FaultInjection.NONE);
    StorageException later = assertThrows(StorageException.class, segment::sync);
    assertEquals(first, later.getCause());
    assertEquals(0, segment.synced());
    store.rotate(0);
    store.append("b", 10, 1);
    assertThrows(StorageException.class, store.active::sync);
    assertEquals(0, store.active.synced());
  }

  @Test
  void verify_findsEveryChange() {
    for (int i = 0; i < 5; i++) {
      store.append("key" + i, 20, 2);
    }
    segment.verify();
    byte[] good = TestJournal.bytes(fs, segment.path());
    try (MappedFile file = fs.map(segment.path())) {
      java.lang.foreign.MemorySegment one = java.lang.foreign.Arena.ofAuto().allocate(1);
      for (int at = 64; at < segment.published(); at++) {
        one.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) (good[at] ^ 1));
        file.write(at, one, 0, 1);
        boolean padding = good[at] == 0 && isPadding(good, at);
        if (!padding) {
          CorruptionException e = assertThrows(CorruptionException.class, segment::verify);
          assertTrue(e.offset() <= at && e.offset() > at - 200);
        }
        one.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, good[at]);
        file.write(at, one, 0, 1);
      }
    }
    segment.verify();
  }

  private boolean isPadding(byte[] bytes, int position) {
    int at = 64;
    int length = 0;
    while (at + JournalFormat.padded(length) <= position) {
      at += (int) JournalFormat.padded(length);
      length = bytes[at + JournalFormat.LENGTH_AT] & 0xff;
    }
    return position >= at + length;
  }

  @Test
  void finish_needsAllPublished() {
    assertThrows(IllegalStateException.class, segment::finish);
    TestJournal.Pending pending = store.reserve(new RecordBuilder(), "a", 10, 1);
    segment.seal();
    assertThrows(IllegalStateException.class, segment::finish);
    pending.copy();
    pending.publish();
    segment.finish();
    assertEquals(segment.end() + JournalFormat.RECORD_HEADER_BYTES, segment.published());
    segment.verify();
  }

  @Test
  void finish_withoutRoom() {
    store.append("a", TestJournal.SEGMENT_BYTES - 64 - 24 - 4 - 7 - 3, 1);
    assertEquals(TestJournal.SEGMENT_BYTES, segment.published());
    segment.seal();
    segment.finish();
    assertEquals(TestJournal.SEGMENT_BYTES, segment.published());
    segment.verify();
  }
}
