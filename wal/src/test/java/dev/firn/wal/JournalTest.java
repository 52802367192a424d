package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.error.DiskFullException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {

  private static final int SEGMENT_BYTES = 4096;

  @TempDir private Path directory;

  private final DiskFiles fs = new DiskFiles();
  private final RecordBuilder record = new RecordBuilder();

  private void one(String key, String value) {
    MemorySegment k = MemorySegment.ofArray(key.getBytes(StandardCharsets.UTF_8));
    MemorySegment v = MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8));
    record.clear();
    record.put(1, k, 0, (int) k.byteSize(), v, 0, v.byteSize());
  }

  private boolean append(JournalSegment segment) {
    long reservation = segment.reserve(record.paddedBytes(), record.count());
    if (reservation < 0) {
      return false;
    }
    long offset = JournalSegment.offset(reservation);
    segment.append(record, offset, segment.firstSequence(reservation));
    segment.publish(offset + record.paddedBytes());
    return true;
  }

  @Test
  void rotate_recyclesRetired() {
    try (Journal journal = new Journal(fs, directory, SEGMENT_BYTES, 1, Runnable::run)) {
      JournalSegment segment = journal.rotate(1, 0);
      for (int i = 0; i < 20; i++) {
        one("key" + i, "value");
        while (append(segment)) {}
        segment.force();
        segment.seal();
        JournalSegment next = journal.rotate(segment.lastSequence() + 1, record.paddedBytes());
        journal.retire(segment);
        segment = next;
      }
      segment.release();
    }
    assertEquals(3, fs.allocated.get());
    assertEquals(3, fs.list(directory).size());
  }

  @Test
  void rotate_diskFull() {
    fs.full = true;
    try (Journal journal = new Journal(fs, directory, SEGMENT_BYTES, 1, Runnable::run)) {
      assertThrows(DiskFullException.class, () -> journal.rotate(1, 0));
      fs.full = false;
      JournalSegment segment = journal.rotate(1, 0);
      one("key", "x".repeat(10_000));
      assertEquals(-1, segment.reserve(record.paddedBytes(), 1));
      segment.seal();
      JournalSegment big = journal.rotate(1, record.paddedBytes());
      assertEquals(12288, big.size());
      append(big);
      big.seal();
      JournalSegment next = journal.rotate(2, 0);
      assertEquals(SEGMENT_BYTES, next.size());
      next.release();
      big.release();
      segment.release();
    }
  }
}
