package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.Expiry;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.FirnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tables with entries that expire. */
class TableExpiryTest {

  private static final Path DIRECTORY = Path.of("/tables");
  private static final int KEY_BYTES = 5;

  private final MemoryFileSystem files = new MemoryFileSystem();

  TableExpiryTest() {
    files.createDirectories(DIRECTORY);
  }

  /** Writes a table; an expiry of 0 stands for a put, -1 for a deletion. */
  private TableMetadata write(long... expiries) {
    try (Arena arena = Arena.ofConfined();
        TableWriter writer = new TableWriter(files, DIRECTORY, 7, TableOptions.DEFAULT)) {
      MemorySegment memory = arena.allocate(KEY_BYTES + Expiry.BYTES + 1);
      for (int i = 0; i < expiries.length; i++) {
        memory.set(ValueLayout.JAVA_BYTE, KEY_BYTES - 1, (byte) i);
        Expiry.set(memory, KEY_BYTES, expiries[i]);
        ValueKind kind =
            expiries[i] == 0
                ? ValueKind.PUT
                : expiries[i] < 0 ? ValueKind.DELETE : ValueKind.EXPIRING;
        long trailer = SequenceNumber.trailer(5, kind.code());
        int length = kind == ValueKind.DELETE ? 0 : Expiry.BYTES + 1;
        writer.add(memory, 0, KEY_BYTES, trailer, memory, KEY_BYTES, length);
      }
      return writer.finish();
    }
  }

  @Test
  void metadata_hasTheInstants_andIsRead() {
    TableMetadata metadata = write(30, 10, 20);
    assertEquals(new ExpiryStats(3, 10, 30), metadata.expiry());
    verify(metadata);
  }

  @Test
  void table_isExpired_whenNothingElseIsInIt() {
    TableMetadata expiring = write(30, 10, -1);
    assertFalse(expiring.isExpiredAt(29));
    assertTrue(expiring.isExpiredAt(30));
    assertFalse(write(30, 0).isExpiredAt(30));
    assertFalse(write(-1).isExpiredAt(Long.MAX_VALUE));
    assertFalse(write(0).isExpiredAt(Long.MAX_VALUE));
  }

  @Test
  void everyBit_flipped_isFound() {
    TableMetadata metadata = write(30, 0, 10, -1, Long.MAX_VALUE - 1);
    byte[] bytes = TableBytes.read(files, DIRECTORY, 7);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      TableBytes.write(files, DIRECTORY, 7, damaged);
      assertThrows(FirnException.class, () -> verify(metadata), "bit " + bit);
    }
  }

  private void verify(TableMetadata metadata) {
    Table table = Table.open(files, DIRECTORY, metadata, new BlockCache(0));
    try {
      assertEquals(metadata, table.metadata());
      table.verify(bytes -> {});
    } finally {
      table.release();
    }
  }
}
