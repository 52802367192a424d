package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.KeyHash;
import dev.firn.core.file.MemoryFileSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TableFilterTest {

  private static final int KEYS = 50_000;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Path directory = Path.of("/tables");
  private final BlockCache cache = new BlockCache(0);
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment key = arena.allocate(12);

  @BeforeEach
  void createDirectory() {
    files.createDirectories(directory);
  }

  @AfterEach
  void close() {
    arena.close();
    cache.close();
  }

  @ParameterizedTest
  @CsvSource({"4, 0.17", "8, 0.027", "10, 0.0115", "16, 0.0020", "32, 0.0003"})
  void mayContain_falsePositives_areRare(int bitsPerKey, double maxRate) {
    Table table = table(bitsPerKey);
    int positives = 0;
    for (int i = 0; i < KEYS; i++) {
      assertTrue(table.mayContain(hash(2 * i)), "an added key");
      positives += table.mayContain(hash(2 * i + 1)) ? 1 : 0;
    }
    double rate = (double) positives / KEYS;
    System.out.println(bitsPerKey + " bits per key: " + rate + " false positives");
    assertTrue(rate < maxRate, "rate=" + rate);
    table.release();
  }

  @Test
  void mayContain_noFilter_isAlwaysPossible() {
    Table table = table(0);
    for (int i = 0; i < 100; i++) {
      assertTrue(table.mayContain(hash(i)));
    }
    table.release();
  }

  @Test
  void mayContain_versions_countOnce() {
    try (TableWriter writer =
        new TableWriter(files, directory, 2, new TableOptions(4096, 8, 10, Codec.NONE))) {
      long empty = writer.sizeBytes();
      for (int i = 1000; i > 0; i--) {
        hash(7);
        writer.add(key, 0, 12, (long) i << 8 | 1, key, 0, 0);
      }
      assertTrue(writer.sizeBytes() < empty + 1000 * 16);
      writer.finish();
    }
    Table table = Table.open(files, directory, 2, cache);
    int positives = 0;
    for (int i = 0; i < 10_000; i++) {
      positives += table.mayContain(hash(i)) ? 1 : 0;
    }
    assertEquals(1, positives);
    table.release();
  }

  private Table table(int bitsPerKey) {
    try (TableWriter writer =
        new TableWriter(files, directory, 1, new TableOptions(4096, 8, bitsPerKey, Codec.NONE))) {
      for (int i = 0; i < KEYS; i++) {
        hash(2 * i);
        writer.add(key, 0, 12, 1, key, 0, 0);
      }
      writer.finish();
    }
    return Table.open(files, directory, 1, cache);
  }

  private long hash(int number) {
    key.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 8, number);
    return KeyHash.of(key, 0, 12);
  }
}
