package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.SequenceNumber;
import dev.firn.core.file.MemoryFileSystem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PagePackingTest {

  private static final int ENTRIES = 20_000;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Path directory = Path.of("/tables");
  private final BlockCache cache = new BlockCache(1 << 20);

  PagePackingTest() {
    files.createDirectories(directory);
  }

  private static byte[] key(int i) {
    byte[] user = "key%08d".formatted(i).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(4 + user.length).putInt(1).put(user).array();
  }

  /** A value of which a part can be compressed. */
  private static byte[] value(int i, int bytes, int randomPercent) {
    byte[] value = new byte[bytes];
    byte[] part = new byte[bytes * randomPercent / 100];
    new Random(i).nextBytes(part);
    System.arraycopy(part, 0, value, 0, part.length);
    return value;
  }

  private TableMetadata write(
      long number, TableOptions options, int valueBytes, int randomPercent) {
    TreeMap<Entry, byte[]> entries = new TreeMap<>();
    for (int i = 0; i < ENTRIES; i++) {
      int length = valueBytes / 2 + new Random(i).nextInt(valueBytes);
      entries.put(
          new Entry(key(i), SequenceNumber.trailer(i + 1, 1)), value(i, length, randomPercent));
    }
    return Entries.write(files, directory, number, options, entries);
  }

  private static TableOptions options(Codec codec) {
    return new TableOptions(4096, 16, 10, Codec.NONE, codec, false).forLarge();
  }

  @ParameterizedTest
  @CsvSource({"LZ4,100,50", "LZ4,400,50", "LZ4,100,10", "NONE,100,100", "LZ4,100,100"})
  void blocks_ofLargeStores_lieOnOnePage(Codec codec, int valueBytes, int randomPercent) {
    TableMetadata metadata = write(1, options(codec), valueBytes, randomPercent);
    Table table = Table.open(files, directory, metadata, cache);
    TableIndex index = table.index();
    int crossing = 0;
    long pages = 0;
    for (int i = 0; i < index.blocks(); i++) {
      long first = index.start(i) / PagePacking.PAGE_BYTES;
      long last = (index.end(i, index.start(i)) - 1) / PagePacking.PAGE_BYTES;
      crossing += last > first ? 1 : 0;
      pages = last + 1;
    }
    assertTrue(crossing <= index.blocks() / 20, crossing + " of " + index.blocks());
    assertTrue(index.blocks() >= pages, index.blocks() + " blocks on " + pages + " pages");
    table.verify(bytes -> {});
    table.release();
  }

  @Test
  void blocks_arePackedTightly() {
    long packed = write(1, options(Codec.LZ4), 200, 50).fileBytes();
    long usual = write(2, new TableOptions(4096, 16, 16, Codec.LZ4), 200, 50).fileBytes();
    assertTrue(packed < 1.1 * usual, packed + " instead of " + usual);
  }

  @Test
  void maxBlockBytes_blocksOfSeveralPages_isThatOfTheOptions() {
    PagePacking packing = new PagePacking(16 << 10);
    assertEquals(16 << 10, packing.maxBlockBytes(100));
    for (int i = 0; i < 100; i++) {
      packing.written(16 << 10, 2 << 10);
    }
    int limit = packing.maxBlockBytes(100);
    assertTrue(limit <= 16 << 10 && limit > 8 << 10, "limit=" + limit);
  }

  @Test
  void padding_fillsOnlyTheEndOfAPage() {
    PagePacking packing = new PagePacking(4096);
    assertEquals(0, packing.padding(3 * 4096L));
    assertEquals(1, packing.padding(4095));
    assertEquals(0, packing.padding(4096 - 512));
    assertEquals(511, packing.padding(4096 - 511));
    assertEquals(0, new PagePacking(128).padding(4096 - 300));
  }
}
