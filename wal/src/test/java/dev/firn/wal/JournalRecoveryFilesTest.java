package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.Checksum;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.FormatVersionException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recovery of journals of which files are missing, damaged or foreign. */
final class JournalRecoveryFilesTest extends JournalRecoveryFixture {

  @Test
  void missingFile_isReported() {
    appendSmall(5);
    store.rotate(0);
    JournalSegment missing = store.active;
    appendSmall(5);
    store.rotate(0);
    appendSmall(5);
    for (MemoryFileSystem fs : List.of(killed(), restarted())) {
      fs.delete(missing.path());
      CorruptionException e = assertDamaged(fs, missing.path(), 0);
      assertTrue(e.getMessage().contains("no such file"), e::getMessage);
      JournalTail tail = assertRecovers(fs, 5, true);
      assertNotNull(tail.damage());
    }
    MemoryFileSystem fs = killed();
    fs.delete(store.segments.getFirst().path());
    assertDamaged(fs, store.segments.getFirst().path(), 0);
  }

  @Test
  void unusedNumbers_areNotMissed() {
    for (int i = 0; i < 4; i++) {
      appendSmall(3);
      store.append("large", 5000, 1);
      store.rotate(0);
    }
    assertClean(killed());
    assertClean(restarted());
  }

  @Test
  void emptySegments_stayAndAreNotTakenForGaps() {
    appendSmall(3);
    store.rotate(0);
    JournalSegment empty = store.active;
    store.rotate(0);
    appendSmall(3);
    assertClean(killed());
    // It is kept, because the next one was prepared after it.
    try (TestJournal again = store.reopen(killed(), false)) {
      assertTrue(again.fs.exists(empty.path()));
    }
    MemoryFileSystem fs = killed();
    fs.delete(empty.path());
    assertDamaged(fs, empty.path(), 0);
    assertNotNull(assertRecovers(fs, store.written.size(), true).damage());
  }

  @Test
  void lowestSegmentBeginsTooLate_isReported() {
    appendSmall(3);
    store.rotate(0);
    appendSmall(3);
    store.floor = store.active.number();
    store.floorSequence = 3;
    MemoryFileSystem fs = killed();
    assertDamaged(fs, store.active.path(), JournalFormat.FIRST_SEQUENCE_AT);
    store.floorSequence = 6;
    assertDamaged(fs, store.active.path(), JournalFormat.FIRST_SEQUENCE_AT);
  }

  @Test
  void headerDamage_isReported() {
    appendSmall(3);
    for (int at = 0; at < 32; at++) {
      MemoryFileSystem fs = killed();
      spoil(fs, store.active, at);
      CorruptionException e =
          assertThrows(CorruptionException.class, () -> store.reopen(fs, false), "byte " + at);
      assertEquals(store.active.path().toString(), e.file());
      JournalTail tail = assertRecovers(fs, 3, true);
      assertNotNull(tail.damage());
    }
  }

  @Test
  void activationDamage_isHarmless() {
    appendSmall(3);
    store.rotate(0);
    appendSmall(3);
    for (int at = 32; at < 64; at++) {
      MemoryFileSystem fs = killed();
      spoil(fs, store.active, at);
      assertClean(fs);
    }
  }

  @Test
  void otherSegmentUnderItsName_isReported() {
    appendSmall(3);
    JournalSegment first = store.active;
    store.rotate(0);
    appendSmall(3);
    MemoryFileSystem fs = killed();
    TestJournal.replace(fs, store.active.path(), TestJournal.bytes(fs, first.path()));
    assertDamaged(fs, store.active.path(), JournalFormat.NUMBER_AT);
    assertRecovers(fs, 3, true);
  }

  @Test
  void garbageUnderASegmentsName_isReported() {
    appendSmall(3);
    for (int bytes : new int[] {0, 1, 63, 64, 4096}) {
      MemoryFileSystem fs = killed();
      Path rubbish = FileName.journal(STORE, 99);
      byte[] content = new byte[bytes];
      new java.util.Random(bytes).nextBytes(content);
      TestJournal.replace(fs, rubbish, content);
      assertDamaged(fs, rubbish, 0);
      assertNotNull(assertRecovers(fs, 3, true).damage());
      assertFalse(fs.exists(rubbish));
    }
  }

  @Test
  void unfinishedFiles_areSwept() {
    appendSmall(3);
    MemoryFileSystem fs = killed();
    Path unfinished = FileName.temporary(FileName.journal(STORE, 50));
    TestJournal.replace(fs, unfinished, new byte[4096]);
    Path foreign = STORE.resolve("notes.tmp");
    TestJournal.replace(fs, foreign, new byte[1]);
    try (TestJournal again = store.reopen(fs, false)) {
      assertFalse(fs.exists(unfinished));
      assertTrue(fs.exists(foreign));
      assertTrue(again.active.number() > 50);
    }
  }

  @Test
  void newerVersion_isTold() {
    appendSmall(3);
    MemoryFileSystem fs = killed();
    byte[] header = TestJournal.bytes(fs, store.active.path());
    MemorySegment bytes = MemorySegment.ofArray(header);
    bytes.set(JournalFormat.INT, JournalFormat.VERSION_AT, JournalFormat.VERSION + 1);
    int checksum = new Checksum().start(0, 0).update(bytes, 0, 28).value();
    bytes.set(JournalFormat.INT, JournalFormat.HEADER_CHECKSUM_AT, checksum);
    TestJournal.poke(fs, store.active.path(), 0, header);
    for (boolean salvage : new boolean[] {false, true}) {
      FormatVersionException e =
          assertThrows(FormatVersionException.class, () -> store.reopen(fs, salvage));
      assertEquals(JournalFormat.VERSION + 1, e.found());
    }
  }
}
