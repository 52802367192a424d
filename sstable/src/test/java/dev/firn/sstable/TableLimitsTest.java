package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys and values at their limits. */
final class TableLimitsTest {

  private static final Path DIRECTORY = Path.of("/tables");

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final BlockCache cache = new BlockCache(1 << 20);
  private final TableDump dump = new TableDump(files, DIRECTORY, 1, cache);
  private final TreeMap<Entry, byte[]> model = new TreeMap<>();
  private final Random random = new Random(3);

  @BeforeEach
  void createDirectory() {
    files.createDirectories(DIRECTORY);
  }

  @AfterEach
  void nothingIsLeft() {
    cache.close();
    assertEquals(List.of(), files.openFiles());
    assertEquals(0, BlockMemory.allocated());
  }

  @ParameterizedTest
  @EnumSource
  void emptyUserKey(Codec codec) {
    put(new byte[] {0, 0, 0, 1}, 5, 10);
    put(new byte[] {0, 0, 0, 1}, 4, 0);
    put(new byte[] {0, 0, 0, 2}, 3, 10);
    check(codec, 128);
  }

  @ParameterizedTest
  @EnumSource
  void oneEntry(Codec codec) {
    put(new byte[] {0, 0, 0, 1, 9}, 5, 0);
    check(codec, 4096);
  }

  @ParameterizedTest
  @EnumSource
  void maxKeys_sharingNearlyAll(Codec codec) {
    for (int i = 0; i < 40; i++) {
      byte[] key = new byte[StoreKey.MAX_BYTES - i % 3];
      Arrays.fill(key, (byte) 'k');
      key[key.length - 1] = (byte) i;
      put(key, i, 10);
    }
    check(codec, 4096);
  }

  @ParameterizedTest
  @EnumSource
  void maxKeys_sharingNothing(Codec codec) {
    for (int i = 0; i < 20; i++) {
      byte[] key = new byte[StoreKey.MAX_BYTES];
      random.nextBytes(key);
      put(key, i, 10);
    }
    check(codec, 65536);
  }

  @ParameterizedTest
  @EnumSource
  void oneKey_manyVersions(Codec codec) {
    for (int i = 1; i < 3000; i++) {
      put(new byte[] {0, 0, 0, 1, 'k'}, i * 1000L, i % 40);
    }
    put(new byte[] {0, 0, 0, 1, 'j'}, 7, 3);
    put(new byte[] {0, 0, 0, 1, 'l'}, SequenceNumber.MAX, 3);
    check(codec, 256);
  }

  @ParameterizedTest
  @EnumSource
  void valuesLargerThanBlock_amongSmallOnes(Codec codec) {
    for (int i = 0; i < 100; i++) {
      put(new byte[] {0, 0, 0, 1, (byte) i}, i, i % 10 == 3 ? 20_000 * i : i);
    }
    check(codec, 512);
  }

  @ParameterizedTest
  @EnumSource
  void hugeValues(Codec codec) {
    put(new byte[] {0, 0, 0, 1, 1}, 1, 10 << 20);
    put(new byte[] {0, 0, 0, 1, 2}, 2, TableFormat.MAX_COMPRESSIBLE_BYTES);
    put(new byte[] {0, 0, 0, 1, 3}, 3, TableFormat.MAX_COMPRESSIBLE_BYTES + 1);
    put(new byte[] {0, 0, 0, 1, 4}, 4, 0);
    put(new byte[] {0, 0, 0, 1, 5}, 5, ReadAhead.BYTES);
    check(codec, 4096);
  }

  @Test
  void zeros_compressToTheRatioCap() {
    for (int i = 0; i < 10; i++) {
      byte[] key = {0, 0, 0, 1, (byte) i};
      model.put(new Entry(key, SequenceNumber.trailer(i, 1)), new byte[1 << 20]);
    }
    TableMetadata metadata = check(Codec.LZ4, 4096);
    assertTrue(metadata.fileBytes() < 60_000, "fileBytes=" + metadata.fileBytes());
  }

  @Test
  void noise_isStoredAsItIs() {
    for (int i = 0; i < 200; i++) {
      put(new byte[] {0, 0, 0, 1, (byte) i}, i, 500);
    }
    Entries.write(files, DIRECTORY, 2, new TableOptions(4096, 8, 10, Codec.NONE), model);
    check(Codec.LZ4, 4096);
    assertEquals(
        files.size(FileName.table(DIRECTORY, 2)), files.size(FileName.table(DIRECTORY, 1)));
  }

  private void put(byte[] key, long sequence, int valueBytes) {
    byte[] value = new byte[valueBytes];
    random.nextBytes(value);
    model.put(new Entry(key, SequenceNumber.trailer(sequence, 1)), value);
  }

  private TableMetadata check(Codec codec, int blockBytes) {
    TableMetadata metadata = null;
    for (int interval : new int[] {1, 4, 255}) {
      files.delete(FileName.table(DIRECTORY, 1));
      TableOptions options = new TableOptions(blockBytes, interval, 10, codec);
      metadata = Entries.write(files, DIRECTORY, 1, options, model);
      Entries.checkMetadata(model, metadata);
      try (Probe probe = new Probe()) {
        assertFalse(dump.readAll(model, probe));
      }
    }
    return metadata;
  }
}
