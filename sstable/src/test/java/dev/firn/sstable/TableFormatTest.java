package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.ReadFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Pins the bytes of a table: the writer's output equals {@code golden.table}. With {@code
 * -Drewrite=true} the file is replaced; the diff is then the change of the format.
 */
final class TableFormatTest {

  private static final Path DIRECTORY = Path.of("/tables");
  private static final Path SOURCE =
      Path.of("src/test/resources/dev/firn/sstable/golden.table").toAbsolutePath();

  @Test
  void writtenTable_isTheGoldenOne() throws IOException {
    byte[] written = write();
    if (Boolean.getBoolean("rewrite")) {
      Files.createDirectories(Objects.requireNonNull(SOURCE.getParent()));
      Files.write(SOURCE, written);
      return;
    }
    byte[] golden = golden();
    assertEquals(-1, Arrays.mismatch(golden, written), "first byte that differs");
    assertArrayEquals(golden, written);
  }

  private byte[] golden() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("golden.table")) {
      return Objects.requireNonNull(in, "golden.table").readAllBytes();
    }
  }

  /** Two trees, several versions of a key, a deletion, blocks of both codecs, a filter. */
  private static byte[] write() {
    MemoryFileSystem files = new MemoryFileSystem();
    files.createDirectories(DIRECTORY);
    TableOptions options = new TableOptions(256, 4, 10, Codec.LZ4);
    try (Arena arena = Arena.ofConfined();
        TableWriter writer =
            new TableWriter(
                files, DIRECTORY, 7, 0x1d00_00e7L, options, OutputLimits.USUAL, Arena.ofShared())) {
      MemorySegment memory = arena.allocate(1024);
      for (int tree = 1; tree <= 2; tree++) {
        for (int i = 0; i < 20; i++) {
          String key = "key" + (100 + i);
          add(writer, memory, tree, key, 1000 + i, ValueKind.PUT, "value ".repeat(i));
          add(writer, memory, tree, key, 500 + i, ValueKind.DELETE, "");
          add(writer, memory, tree, key, i, ValueKind.PUT, Integer.toString(i * 31 * 31 * 31));
        }
      }
      writer.finish();
      try (ReadFile file = files.openRead(DIRECTORY.resolve("000007.table"))) {
        return file.map().toArray(ValueLayout.JAVA_BYTE);
      }
    }
  }

  private static void add(
      TableWriter writer,
      MemorySegment memory,
      int tree,
      String key,
      long sequence,
      ValueKind kind,
      String value) {
    byte[] userKey = key.getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    StoreKey.setTree(memory, 0, tree);
    int length = StoreKey.TREE_BYTES + userKey.length;
    MemorySegment.copy(
        userKey, 0, memory, ValueLayout.JAVA_BYTE, StoreKey.TREE_BYTES, userKey.length);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, length, bytes.length);
    writer.add(
        memory,
        0,
        length,
        SequenceNumber.trailer(sequence, kind.code()),
        memory,
        length,
        bytes.length);
  }
}
