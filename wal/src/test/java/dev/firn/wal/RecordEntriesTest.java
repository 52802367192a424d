package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.StoreKey;
import dev.firn.core.range.RangeTombstone;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecordEntriesTest {

  private static final int HEADER = JournalFormat.RECORD_HEADER_BYTES;
  private static final Path FILE = Path.of("000001.journal");

  private final RecordEntries entries = new RecordEntries();

  /** A record of these bytes after an empty header, at offset 8 of its memory. */
  private void reset(int count, int... body) {
    byte[] bytes = new byte[8 + HEADER + body.length];
    for (int i = 0; i < body.length; i++) {
      bytes[8 + HEADER + i] = (byte) body[i];
    }
    entries.reset(FILE, 4096, MemorySegment.ofArray(bytes), 8, HEADER + body.length, count);
  }

  private void assertMalformed(int good, int at, int count, int... body) {
    reset(count, body);
    for (int i = 0; i < good; i++) {
      assertTrue(entries.next());
    }
    CorruptionException e = assertThrows(CorruptionException.class, entries::next);
    assertEquals(FILE.toString(), e.file());
    assertEquals(4096 + HEADER + at, e.offset());
  }

  @Test
  void wellFormed() {
    reset(2, 1, 5, 2, 0, 0, 0, 9, 'k', 'v', 'w', 0, 4, 0, 0, 0, 0, 9);
    assertTrue(entries.next());
    assertEquals(1, entries.kindCode());
    assertEquals(8 + HEADER + 3, entries.keyOffset());
    assertEquals(5, entries.keyLength());
    assertEquals(8 + HEADER + 8, entries.valueOffset());
    assertEquals(2, entries.valueLength());
    assertEquals(8, entries.recordOffset());
    assertTrue(entries.next());
    assertEquals(0, entries.kindCode());
    assertEquals(0, entries.valueLength());
    assertFalse(entries.next());
  }

  @Test
  void malformed() {
    assertMalformed(0, 0, 1);
    assertMalformed(0, 0, 1, 1, 4, 0, 0, 0, 0);
    assertMalformed(0, 0, 0, 1, 4, 0, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 3, 4, 0, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 255, 4, 0, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 1, 3, 0, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 1, 5, 0, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 1, 4, 1, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 0, 4, 1, 0, 0, 0, 0, 0);
    assertMalformed(1, 7, 1, 1, 4, 0, 0, 0, 0, 0, 0);
    assertMalformed(1, 7, 2, 1, 4, 0, 0, 0, 0, 0);
    assertMalformed(1, 7, 2, 1, 4, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0);
    // Varints that do not end, are not in their shortest form, or are too large.
    assertMalformed(0, 0, 1, 1, 0x84, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
    assertMalformed(0, 0, 1, 1, 0x84, 0x00, 0, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 1, 4, 0x80, 0x00, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0);
    assertMalformed(0, 0, 1, 1, 4, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0);
    assertMalformed(
        0, 0, 1, 1, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0);
  }

  @Test
  void range_endsAfterItsStart_inTheSameTree() {
    reset(2, 2, 5, 6, 0, 0, 0, 9, 'k', 0, 0, 0, 9, 'k', 0, 2, 4, 4, 0, 0, 0, 9, 0, 0, 0, 10);
    assertTrue(entries.next());
    RangeTombstone range = entries.range(7);
    assertArrayEquals(new byte[] {0, 0, 0, 9, 'k'}, range.start());
    assertArrayEquals(new byte[] {0, 0, 0, 9, 'k', 0}, range.end());
    assertEquals(7, range.sequence());
    assertTrue(entries.next());
    assertArrayEquals(StoreKey.treeEnd(9), entries.range(8).end());
    assertFalse(entries.next());
    // No store key, the same key, one before it, and ends in other trees.
    assertMalformed(0, 0, 1, 2, 4, 0, 0, 0, 0, 9);
    assertMalformed(0, 0, 1, 2, 5, 5, 0, 0, 0, 9, 'k', 0, 0, 0, 9, 'k');
    assertMalformed(0, 0, 1, 2, 5, 5, 0, 0, 0, 9, 'k', 0, 0, 0, 9, 'j');
    assertMalformed(0, 0, 1, 2, 5, 5, 0, 0, 0, 9, 'k', 0, 0, 0, 10, 'l');
    assertMalformed(0, 0, 1, 2, 4, 4, 0, 0, 0, 9, 0, 0, 0, 11);
  }

  @Test
  void builder_writesRanges() {
    RecordBuilder record = new RecordBuilder();
    record.deleteRange(9, new byte[] {'a'}, StoreKey.treeEnd(9));
    record.delete(9, new byte[] {'b'});
    assertEquals(1, record.rangeDeletions());
    record.read(entries);
    assertTrue(entries.next());
    assertEquals(
        new RangeTombstone(new byte[] {0, 0, 0, 9, 'a'}, StoreKey.treeEnd(9), 3), entries.range(3));
    record.clear();
    assertEquals(0, record.rangeDeletions());
  }

  @Test
  void keyLongerThanAllowed() {
    int[] body = new int[StoreKey.MAX_BYTES + 20];
    body[0] = 1;
    int length = StoreKey.MAX_BYTES + 1;
    body[1] = (length & 0x7f) | 0x80;
    body[2] = ((length >> 7) & 0x7f) | 0x80;
    body[3] = length >> 14;
    assertMalformed(0, 0, 1, body);
  }

  @Test
  void negativeCount_isNotTrusted() {
    assertMalformed(1, 7, -5, 1, 4, 0, 0, 0, 0, 0);
  }

  @Test
  void malformedInMemory_isAnIllegalState() {
    entries.reset(MemorySegment.ofArray(new byte[30]), 0, 30, 1);
    assertThrows(IllegalStateException.class, entries::next);
    MemorySegment small = MemorySegment.ofArray(new byte[30]);
    assertThrows(IndexOutOfBoundsException.class, () -> entries.reset(small, 0, 31, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> entries.reset(small, 7, 24, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> entries.reset(small, -1, 24, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> entries.reset(small, 0, 23, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> entries.reset(small, 8, Long.MAX_VALUE, 0));
  }

  @Test
  void anyBytes_endWithoutLeavingTheRecord() {
    Random random = new Random(TestJournal.seed());
    RecordBuilder record = new RecordBuilder();
    for (int i = 0; i < 10; i++) {
      MemorySegment bytes = MemorySegment.ofArray(new byte[300]);
      record.put(i, bytes, 0, i * 17, bytes, 0, i * 29L);
      record.deleteRange(i, new byte[i], StoreKey.treeEnd(i));
    }
    byte[] good = record.memory().asSlice(0, record.bytes()).toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, HEADER + random.nextInt(good.length - HEADER));
      for (int j = random.nextInt(4); j > 0; j--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      entries.reset(FILE, 0, MemorySegment.ofArray(bad), 0, bad.length, random.nextInt(12));
      try {
        while (entries.next()) {
          assertTrue(entries.keyOffset() >= HEADER);
          assertTrue(entries.keyLength() >= 4 && entries.keyLength() <= StoreKey.MAX_BYTES);
          assertTrue(entries.valueOffset() + entries.valueLength() <= bad.length);
        }
      } catch (CorruptionException e) {
        assertTrue(e.offset() <= bad.length);
      }
    }
  }
}
