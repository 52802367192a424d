package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.Checksum;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.MemoryFileSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** When a table has to end because of the number of its keys or blocks. */
final class TableFullTest {

  private static final Path FOLDER = Path.of("/tables");
  private static final TableOptions OPTIONS = new TableOptions(128, 16, 10, Codec.NONE);

  private static final ValueLayout.OfInt BIG_ENDIAN =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemoryFileSystem files = new MemoryFileSystem();

  /** Adds entries with keys of 4 bytes and values of 100, one block each, until it is full. */
  private int entriesUntilFull(long maxKeys, long maxIndexBytes) {
    files.createDirectories(FOLDER);
    try (Arena arena = Arena.ofConfined();
        TableWriter writer = new TableWriter(files, FOLDER, 1, OPTIONS)) {
      MemorySegment key = arena.allocate(8);
      MemorySegment value = arena.allocate(100);
      int entries = 0;
      while (!writer.isFull(maxKeys, maxIndexBytes)) {
        key.set(BIG_ENDIAN, 4, entries++);
        long trailer = SequenceNumber.trailer(1, ValueKind.PUT.code());
        writer.add(key, 0, 8, trailer, value, 0, 100);
      }
      return entries;
    }
  }

  @Test
  void keys() {
    assertEquals(50, entriesUntilFull(50, Long.MAX_VALUE));
  }

  @Test
  void blocks() {
    int entries = entriesUntilFull(Long.MAX_VALUE, 10_000);
    assertTrue(entries > 250 && entries < 400, entries + " entries");
  }

  /** At the limit, each key as large as can be, every size of the writer is in its range. */
  @Test
  void limits_fitTheWriter() {
    long hashes = Long.BYTES * TableWriter.MAX_FILTER_KEYS;
    assertTrue(2 * hashes <= Checksum.MAX_VIEW_BYTES, "buffers double");
    assertTrue(
        TableWriter.MAX_FILTER_KEYS * TableOptions.MAX_FILTER_BITS_PER_KEY / 8
            <= Checksum.MAX_VIEW_BYTES);
    assertTrue(2 * TableWriter.MAX_INDEX_BYTES <= Checksum.MAX_VIEW_BYTES, "buffers double");
    // An index has at least 24 bytes a block.
    assertTrue(TableWriter.MAX_INDEX_BYTES / 24 < Integer.MAX_VALUE / 8);
  }
}
