package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.PowerCut;
import dev.firn.error.CorruptionException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A journal in memory, and the checks of its recovery. */
abstract class JournalRecoveryFixture {

  static final Path STORE = Path.of("/store");
  static final int RECORD_BYTES = 64;

  final TestJournal store = TestJournal.create(new MemoryFileSystem(), STORE);

  @AfterEach
  void close() {
    store.close();
  }

  MemoryFileSystem files() {
    return (MemoryFileSystem) store.fs;
  }

  /** The same files after a restart of the machine that lost nothing. */
  MemoryFileSystem restarted() {
    return files().crashClone(PowerCut.everything());
  }

  MemoryFileSystem killed() {
    return files().processKillClone();
  }

  /** Appends records that take 64 bytes each. */
  void appendSmall(int count) {
    for (int i = 0; i < count; i++) {
      store.append(String.format("%05d", store.written.size()), 26, 1);
      assertEquals(RECORD_BYTES, store.record.paddedBytes());
    }
  }

  /** The place of the n-th small record of a segment. */
  static long small(int n) {
    return JournalFormat.HEADER_BYTES + (long) n * RECORD_BYTES;
  }

  /** Damages a byte. */
  static void spoil(FileSystem fs, JournalSegment segment, long position) {
    byte old = TestJournal.bytes(fs, segment.path())[(int) position];
    TestJournal.poke(fs, segment.path(), position, new byte[] {(byte) (old ^ 0x40)});
  }

  static void zero(FileSystem fs, JournalSegment segment, long position, int length) {
    TestJournal.poke(fs, segment.path(), position, new byte[length]);
  }

  CorruptionException assertDamaged(FileSystem fs, Path file, long offset) {
    List<String> before = fs.list(STORE);
    CorruptionException e = assertThrows(CorruptionException.class, () -> store.reopen(fs, false));
    assertEquals(file.toString(), e.file());
    assertEquals(offset, e.offset());
    assertEquals(before, fs.list(STORE), "nothing is changed");
    return e;
  }

  /** Recovers a count of entries, then appends and recovers everything. */
  JournalTail assertRecovers(FileSystem fs, int entries) {
    return assertRecovers(fs, entries, false);
  }

  JournalTail assertRecovers(FileSystem fs, int entries, boolean salvage) {
    try (TestJournal first = store.reopen(fs, salvage)) {
      assertEquals(store.written.subList(0, entries), first.written);
      first.append("more", 200, 3);
      first.active.sync();
      try (TestJournal second = first.reopen(fs, false)) {
        assertEquals(first.written, second.written);
        assertNull(second.tail.damage());
        return first.tail;
      }
    }
  }

  void assertClean(FileSystem fs) {
    JournalTail tail = assertRecovers(fs, store.written.size());
    assertFalse(tail.torn(), tail::toString);
    assertEquals(0, tail.droppedBytes());
    assertEquals(0, tail.droppedRecords());
  }
}
