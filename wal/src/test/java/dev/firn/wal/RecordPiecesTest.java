package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A record of any length is read through a window of a fixed size. */
final class RecordPiecesTest {

  private static final Path FILE = Path.of("/store/1.journal");
  private static final long AT = JournalFormat.HEADER_BYTES;

  private final RecordBuilder record = new RecordBuilder();
  private final RecordEntries entries = new RecordEntries();
  private final RecordReader reader = new RecordReader();
  private int reads;

  private MemorySegment segment() {
    record.seal(1, AT, 1L << 8 | JournalFormat.lifeTag(1), 0);
    MemorySegment file = MemorySegment.ofArray(new byte[(int) (AT + record.paddedBytes())]);
    MemorySegment.copy(record.memory(), 0, file, AT, record.paddedBytes());
    return file;
  }

  private void open(MemorySegment file) {
    reader.open(
        (position, target, offset, length) -> {
          reads++;
          assertTrue(length <= RecordReader.WINDOW_BYTES, "reads " + length + " bytes at once");
          MemorySegment.copy(file, position, target, offset, length);
        },
        1,
        file.byteSize());
  }

  private static String word(int keyLength, long valueAt, long valueLength) {
    return keyLength + "@" + valueAt + "+" + valueLength;
  }

  /** The entries of the record at {@link #AT}: lengths, and places of the values in the file. */
  private List<String> read(boolean check) {
    assertTrue(reader.isRecord(AT));
    reader.rewind(check);
    List<String> found = new ArrayList<>();
    while (reader.nextPiece(entries, FILE)) {
      int before = found.size();
      while (entries.next()) {
        long valueAt = entries.fileOffset() + entries.valueOffset() - entries.recordOffset();
        found.add(word(entries.keyLength(), valueAt, entries.valueLength()));
      }
      assertEquals(reader.pieceEntries(), found.size() - before);
    }
    return found;
  }

  @Test
  void pieces_haveAllEntries() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 40; round++) {
      record.clear();
      List<String> expected = new ArrayList<>();
      int count = 1 + random.nextInt(60);
      for (int i = 0; i < count; i++) {
        byte[] key = new byte[random.nextInt(random.nextInt(4) == 0 ? 65_537 : 40)];
        byte[] value = new byte[random.nextInt(random.nextInt(5) == 0 ? 300_000 : 2000)];
        record.put(1, key, value);
        expected.add(word(4 + key.length, AT + record.bytes() - value.length, value.length));
      }
      open(segment());
      assertEquals(expected, read(false), "round " + round);
      assertEquals(expected, read(true), "round " + round);
    }
  }

  @Test
  void shortRecord_isReadOnce() {
    record.put(1, new byte[10], new byte[2000]);
    open(segment());
    read(true);
    assertEquals(1, reads);
  }

  @Test
  void bytesThatChange_areNoticed() {
    record.put(1, new byte[10], new byte[400_000]);
    record.put(1, new byte[10], new byte[10]);
    for (long changed : new long[] {AT + 40, AT + 200_000, AT + record.bytes() - 1}) {
      MemorySegment file = segment();
      open(file);
      assertTrue(reader.isRecord(AT));
      file.set(ValueLayout.JAVA_BYTE, changed, (byte) 9);
      reader.rewind(true);
      assertThrows(
          CorruptionException.class,
          () -> {
            while (reader.nextPiece(entries, FILE)) {
              entries.checkAll();
            }
          });
      assertFalse(reader.isRecord(AT));
    }
  }

  @Test
  void malformedEntry_isReported() {
    record.put(1, new byte[10], new byte[400_000]);
    record.put(1, new byte[10], new byte[10]);
    MemorySegment memory = record.memory();
    // The lengths of the second entry are one byte each.
    memory.set(ValueLayout.JAVA_BYTE, record.bytes() - 10 - 14 - 1, (byte) 11);
    open(segment());
    assertThrows(CorruptionException.class, () -> read(true));
  }
}
