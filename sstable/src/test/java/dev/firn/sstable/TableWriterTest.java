package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.DiskFullException;
import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TableWriterTest {

  private static final Path DIRECTORY = Path.of("/tables");

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(1 << 20);

  @BeforeEach
  void createDirectory() {
    files.createDirectories(DIRECTORY);
  }

  @AfterEach
  void nothingIsOpen() {
    arena.close();
    assertEquals(List.of(), files.openFiles());
  }

  @Test
  void add_disorder_isRefused() {
    try (TableWriter writer = writer()) {
      add(writer, "bbbb", 5);
      assertThrows(IllegalArgumentException.class, () -> add(writer, "bbba", 5));
      assertThrows(IllegalArgumentException.class, () -> add(writer, "bbbb", 5));
      assertThrows(IllegalArgumentException.class, () -> add(writer, "bbbb", 6));
      add(writer, "bbbb", 4);
      add(writer, "bbbbb", 9);
      assertThrows(IllegalArgumentException.class, () -> add(writer, "bbbb", 1));
      assertEquals(3, writer.finish().entries());
    }
    assertEquals(List.of("000007.table"), files.list(DIRECTORY));
  }

  @Test
  void add_lengthsOutOfRange_areRefused() {
    try (TableWriter writer = writer()) {
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.add(memory, 0, StoreKey.TREE_BYTES - 1, 1, memory, 0, 0));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.add(memory, 0, StoreKey.MAX_BYTES + 1, 1, memory, 0, 0));
      assertThrows(
          IllegalArgumentException.class, () -> writer.add(memory, 0, 4, 1, memory, 0, 1L << 31));
      assertThrows(
          IllegalArgumentException.class, () -> writer.add(memory, 0, 4, 1, memory, 0, -1));
    }
  }

  @Test
  void finish_nothingAdded_isRefused() {
    try (TableWriter writer = writer()) {
      assertThrows(IllegalStateException.class, writer::finish);
    }
    assertEquals(List.of(), files.list(DIRECTORY));
  }

  @Test
  void abandon_leavesNothing() {
    TableWriter writer = writer();
    add(writer, "aaaa", 1);
    writer.abandon();
    writer.abandon();
    writer.close();
    assertEquals(List.of(), files.list(DIRECTORY));
    assertThrows(IllegalStateException.class, () -> add(writer, "bbbb", 1));
    assertThrows(IllegalStateException.class, writer::finish);
  }

  @Test
  void finish_isDurable_onceTheDirectoryIsSynced() {
    try (TableWriter writer = writer()) {
      add(writer, "aaaa", 1);
      writer.finish();
    }
    files.syncDirectory(DIRECTORY);
    MemoryFileSystem after = files.crashCloneSyncedOnly();
    try (BlockCache cache = new BlockCache(0)) {
      Table table = Table.open(after, DIRECTORY, 7, cache);
      table.verify(bytes -> {});
      table.release();
    }
  }

  @Test
  void diskFull_isReported_andLeavesNothing() {
    files.setCapacityBytes(100_000);
    try (TableWriter writer = writer()) {
      assertThrows(
          DiskFullException.class,
          () -> {
            for (int i = 100_000; i < 200_000; i++) {
              add(writer, "" + i, 1);
            }
            writer.finish();
          });
    }
    assertEquals(List.of(), files.list(DIRECTORY));
  }

  @Test
  void failingSync_isReported_andLeavesNoTable() {
    files.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.SYNC) {
            throw new StorageException(path, "cannot be synced", null);
          }
        });
    try (TableWriter writer = writer()) {
      add(writer, "aaaa", 1);
      assertThrows(StorageException.class, writer::finish);
    }
    assertEquals(List.of(), files.list(DIRECTORY));
  }

  @Test
  void sizeBytes_isCloseToTheFile() {
    try (TableWriter writer = writer()) {
      for (int i = 100_000; i < 110_000; i++) {
        add(writer, "key" + i, i);
      }
      long estimate = writer.sizeBytes();
      long actual = writer.finish().fileBytes();
      assertTrue(
          Math.abs(actual - estimate) < actual / 20, "estimate=" + estimate + " actual=" + actual);
    }
  }

  private TableWriter writer() {
    return new TableWriter(files, DIRECTORY, 7, TableOptions.DEFAULT);
  }

  private void add(TableWriter writer, String key, long sequence) {
    byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    writer.add(
        memory, 0, bytes.length, SequenceNumber.trailer(sequence, 1), memory, 0, bytes.length);
  }
}
