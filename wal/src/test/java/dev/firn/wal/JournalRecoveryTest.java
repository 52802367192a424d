package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recovery of journals that end in every possible way. */
final class JournalRecoveryTest extends JournalRecoveryFixture {

  @Test
  void empty() {
    assertClean(killed());
    assertClean(restarted());
    MemoryFileSystem nothing = new MemoryFileSystem();
    nothing.createDirectories(STORE);
    try (TestJournal fresh = store.reopen(nothing, false)) {
      assertNull(fresh.tail.file());
      assertEquals(1, fresh.active.number());
    }
  }

  @Test
  void severalSegments_everyBatchSize() {
    for (int i = 0; i < 60; i++) {
      store.append("key" + i, i * 13 % 700, 1 + i % 9);
      if (i % 10 == 0) {
        store.active.sync();
      }
    }
    assertTrue(store.segments.size() > 5);
    assertClean(killed());
    assertClean(restarted());
  }

  @Test
  void voidRecords_takeTheirSequences() {
    for (int i = 0; i < 40; i++) {
      store.append("key" + i, i * 13 % 700, 1 + i % 9);
      store.appendVoid("void" + i, i * 17 % 300, 1 + i % 3);
      if (i % 10 == 0) {
        store.active.sync();
      }
    }
    assertClean(killed());
    assertClean(restarted());
  }

  @Test
  void onlyVoidRecords() {
    store.appendVoid("void", 10, 3);
    store.rotate(0);
    store.appendVoid("void", 10, 1);
    assertClean(killed());
    JournalSegment first = store.segments.getFirst();
    spoil(files(), first, JournalFormat.HEADER_BYTES + JournalFormat.RECORD_HEADER_BYTES);
    assertThrows(CorruptionException.class, first::verify);
  }

  @Test
  void fullToTheLastByte() {
    appendSmall(63);
    assertEquals(-1, store.active.reserve(8, 1));
    assertClean(killed());
    store.rotate(0);
    appendSmall(2);
    assertClean(killed());
    store.active.sync();
    assertClean(restarted());
  }

  @Test
  void floor_hidesOldSegments() {
    appendSmall(10);
    store.rotate(0);
    appendSmall(10);
    store.rotate(0);
    appendSmall(10);
    store.retireOldest();
    store.retireOldest();
    assertEquals(20, store.floorSequence - 1);
    assertClean(killed());
  }

  @Test
  void tornInTheLastRecord() {
    appendSmall(10);
    for (int at = 0; at < RECORD_BYTES; at++) {
      MemoryFileSystem fs = killed();
      spoil(fs, store.active, small(9) + at);
      JournalTail tail = assertRecovers(fs, 9);
      assertTrue(tail.torn());
      assertEquals(store.active.path(), tail.file());
      assertEquals(small(9), tail.offset());
      assertTrue(tail.droppedBytes() >= JournalFormat.RECORD_HEADER_BYTES);
      assertEquals(0, tail.droppedRecords());
    }
  }

  @Test
  void unfinishedCopy_sameBoot_isTorn() {
    appendSmall(5);
    // Two writers: the first to reserve has copied nothing yet, the second is done, none published.
    long slow = store.active.reserve(RECORD_BYTES, 1);
    long quick = store.active.reserve(RECORD_BYTES, 1);
    JournalSegment segment = store.active;
    segment.append(store.record, JournalSegment.offset(quick), segment.firstSequence(quick), false);
    JournalTail tail = assertRecovers(killed(), 5);
    assertTrue(tail.torn());
    assertEquals(JournalSegment.offset(slow), tail.offset());
    assertEquals(1, tail.droppedRecords());
    assertEquals(2 * RECORD_BYTES, tail.droppedBytes());
  }

  @Test
  void unfinishedCopy_nextSegmentInUse_isTorn() {
    appendSmall(5);
    JournalSegment first = store.active;
    long slow = first.reserve(RECORD_BYTES, 1);
    first.seal();
    JournalSegment second = store.journal.rotate(first.lastSequence() + 1, 0);
    store.segments.add(second);
    for (int i = 0; i < 3; i++) {
      long quick = second.reserve(RECORD_BYTES, 1);
      second.append(store.record, JournalSegment.offset(quick), second.firstSequence(quick), false);
    }
    // The periodic sync: of the second segment nothing is published, so nothing is stated.
    second.sync();
    long last = second.reserve(RECORD_BYTES, 1);
    second.append(store.record, JournalSegment.offset(last), second.firstSequence(last), true);
    for (MemoryFileSystem fs : List.of(killed(), restarted())) {
      JournalTail tail = assertRecovers(fs, 5);
      assertTrue(tail.torn());
      assertEquals(first.path(), tail.file());
      assertEquals(JournalSegment.offset(slow), tail.offset());
      assertEquals(4, tail.droppedRecords());
      assertEquals(4 * RECORD_BYTES, tail.droppedBytes());
    }
  }

  @Test
  void damageBeforePublished_sameBoot_isReported() {
    appendSmall(10);
    MemoryFileSystem fs = killed();
    spoil(fs, store.active, small(4) + 30);
    assertDamaged(fs, store.active.path(), small(4));
    fs = restarted();
    spoil(fs, store.active, small(4) + 30);
    JournalTail tail = assertRecovers(fs, 4);
    assertTrue(tail.torn());
    assertEquals(5, tail.droppedRecords());
    assertEquals(6 * RECORD_BYTES, tail.droppedBytes());
  }

  @Test
  void damageBeforeSynced_isReportedAfterRestart() {
    appendSmall(5);
    store.active.sync();
    appendSmall(5);
    for (int i = 0; i < 10; i++) {
      MemoryFileSystem fs = restarted();
      spoil(fs, store.active, small(i) + 30);
      if (i < 5) {
        assertDamaged(fs, store.active.path(), small(i));
      } else {
        assertTrue(assertRecovers(fs, i).torn());
      }
    }
  }

  @Test
  void lostPage_sameBoot_isReported() {
    appendSmall(10);
    MemoryFileSystem fs = killed();
    zero(fs, store.active, small(3), 3 * RECORD_BYTES);
    assertDamaged(fs, store.active.path(), small(3));
  }

  @Test
  void damageInEarlierSegment() {
    appendSmall(20);
    JournalSegment first = store.active;
    store.rotate(0);
    appendSmall(1);
    MemoryFileSystem fs = killed();
    spoil(fs, first, small(19) + 30);
    // The only record of the next segment states nothing about the earlier one.
    assertTrue(assertRecovers(fs, 19).torn());
    appendSmall(1);
    fs = killed();
    spoil(fs, first, small(19) + 30);
    assertDamaged(fs, first.path(), small(19));
    fs = restarted();
    spoil(fs, first, small(19) + 30);
    JournalTail tail = assertRecovers(fs, 19);
    assertEquals(2, tail.droppedRecords());
    store.active.sync();
    appendSmall(1);
    fs = restarted();
    spoil(fs, first, small(19) + 30);
    assertDamaged(fs, first.path(), small(19));
  }

  @Test
  void lostTail_ofEarlierSegment_afterPowerCut() {
    appendSmall(20);
    JournalSegment first = store.active;
    store.rotate(0);
    appendSmall(3);
    MemoryFileSystem fs = restarted();
    zero(fs, first, small(10), 10 * RECORD_BYTES);
    JournalTail tail = assertRecovers(fs, 10);
    assertTrue(tail.torn());
    assertEquals(first.path(), tail.file());
    assertEquals(3, tail.droppedRecords());
  }

  @Test
  void lostWholeSegment_afterPowerCut() {
    appendSmall(20);
    store.active.sync();
    store.rotate(0);
    JournalSegment lost = store.active;
    appendSmall(5);
    store.rotate(0);
    appendSmall(3);
    MemoryFileSystem fs = restarted();
    zero(fs, lost, JournalFormat.ACTIVATION_AT, 32 + 5 * RECORD_BYTES);
    JournalTail tail = assertRecovers(fs, 20);
    assertTrue(tail.torn());
    assertEquals(3, tail.droppedRecords());
  }

  @Test
  void closingRecord_isTheEnd() {
    appendSmall(10);
    store.active.seal();
    store.active.sync();
    store.active.finish();
    store.active.sync();
    store.active.verify();
    JournalTail tail = assertRecovers(killed(), 10);
    assertFalse(tail.torn());
    MemoryFileSystem fs = restarted();
    // Whatever follows it.
    spoil(fs, store.active, small(11));
    assertClean(fs);
    // And nothing before it is taken for a torn end.
    for (int i = 0; i < 10; i++) {
      fs = restarted();
      spoil(fs, store.active, small(i) + 30);
      assertDamaged(fs, store.active.path(), small(i));
    }
    fs = restarted();
    spoil(fs, store.active, small(10) + 1);
    assertTrue(assertRecovers(fs, 10).torn());
  }

  @Test
  void staleLives_neverReplay() {
    // Files are recycled again and again, with records of one size, so that at the place of the
    // next
    // record there is one of an earlier life.
    for (int i = 0; i < 40; i++) {
      appendSmall(63);
      store.rotate(0);
      while (store.segments.size() > 2) {
        store.retireOldest();
      }
      appendSmall(1 + i % 3);
      assertClean(killed());
      assertClean(restarted());
    }
  }

  @Test
  void staleRecords_ofTheSameTag_neverReplay() {
    appendSmall(20);
    byte[] old = TestJournal.bytes(store.fs, store.active.path());
    // 255 segments later the tag is the same.
    for (int i = 0; i < 255; i++) {
      store.rotate(0);
      store.retireOldest();
    }
    appendSmall(2);
    MemoryFileSystem fs = killed();
    byte[] stale = java.util.Arrays.copyOfRange(old, (int) small(2), old.length);
    TestJournal.poke(fs, store.active.path(), small(2), stale);
    assertEquals(JournalFormat.lifeTag(1), JournalFormat.lifeTag(store.active.number()));
    JournalTail tail = assertRecovers(fs, 22);
    assertEquals(0, tail.droppedRecords());
  }

  @Test
  void salvage_cutsForGood() {
    appendSmall(10);
    store.rotate(0);
    appendSmall(10);
    store.active.sync();
    store.rotate(0);
    appendSmall(10);
    store.active.sync();
    appendSmall(1);
    JournalSegment damaged = store.segments.get(1);
    MemoryFileSystem fs = restarted();
    spoil(fs, damaged, small(5) + 40);
    assertDamaged(fs, damaged.path(), small(5));
    try (TestJournal salvaged = store.reopen(fs, true)) {
      assertEquals(store.written.subList(0, 15), salvaged.written);
      CorruptionException damage = salvaged.tail.damage();
      assertNotNull(damage);
      assertEquals(small(5), damage.offset());
      assertTrue(salvaged.tail.droppedRecords() > 0);
    }
    // Without a single record written after it.
    try (TestJournal again = store.reopen(fs, false)) {
      assertEquals(store.written.subList(0, 15), again.written);
      assertFalse(again.tail.torn());
    }
  }

  @Test
  void droppedTail_staysDropped() {
    appendSmall(10);
    JournalSegment first = store.active;
    store.rotate(0);
    appendSmall(5);
    MemoryFileSystem fs = restarted();
    zero(fs, first, small(8), 2 * RECORD_BYTES);
    try (TestJournal second = store.reopen(fs, false)) {
      assertEquals(8, second.written.size());
      second.append("second", 26, 1);
      second.append("second", 26, 1);
      // The records it wrote are lost as well.
      MemoryFileSystem cut = ((MemoryFileSystem) second.fs).crashCloneSyncedOnly();
      try (TestJournal third = second.reopen(cut, false)) {
        assertEquals(store.written.subList(0, 8), third.written);
      }
      second.active.sync();
      cut = ((MemoryFileSystem) second.fs).crashCloneSyncedOnly();
      try (TestJournal third = second.reopen(cut, false)) {
        assertEquals(second.written, third.written);
      }
    }
  }

  @Test
  void recoveredButUnsynced_isSyncedWithTheNext() {
    appendSmall(10);
    MemoryFileSystem fs = killed();
    try (TestJournal second = store.reopen(fs, false)) {
      second.append("second", 26, 1);
      second.active.sync();
      // A durable commit needs the preceding ones on the device, also those of another process.
      try (TestJournal third = second.reopen(fs.crashCloneSyncedOnly(), false)) {
        assertEquals(second.written, third.written);
      }
    }
  }

  @Test
  void bytesThatAllLookLikeRecords_areRefusedSoon() {
    int size = 1 << 20;
    MemoryFileSystem fs = new MemoryFileSystem();
    fs.createDirectories(STORE);
    try (Journal journal = new Journal(fs, STORE, size, 1, Runnable::run)) {
      JournalSegment segment = journal.rotate(1, 0);
      // Each word passes for length, for tag and sequence, and for count and commitment.
      byte[] words = new byte[size - (1 << 16)];
      MemorySegment bytes = MemorySegment.ofArray(words);
      long word = 8000L << 32 | JournalFormat.lifeTag(1);
      for (int at = 0; at < words.length; at += 8) {
        bytes.set(JournalFormat.LONG, at, word);
      }
      TestJournal.poke(fs, segment.path(), 1 << 16, words);
      segment.release();
    }
    JournalRecovery recovery = new JournalRecovery(fs, STORE, 1, 1, size, false);
    CorruptionException e =
        assertThrows(
            CorruptionException.class,
            () -> recovery.recover((segment, entries, offset, first, count) -> {}));
    assertTrue(e.getMessage().contains("can hold"), e::getMessage);
  }
}
