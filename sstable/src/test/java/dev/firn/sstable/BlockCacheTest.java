package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.MemoryFileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BlockCacheTest {

  private static final int BLOCK_BYTES = 1000;

  private final BlockCache cache = new BlockCache(3 * BLOCK_BYTES);
  private final BlockSlots slots = new BlockSlots(10);

  @AfterEach
  void nothingIsLeft() {
    cache.close();
    assertEquals(0, cache.usedBytes());
    assertEquals(0, BlockMemory.allocated());
  }

  @Test
  void pin_added() {
    CachedBlock added = add(4);
    assertEquals(2, added.references());
    assertSame(added, slots.pin(4));
    assertEquals(3, added.references());
    assertNull(slots.pin(3));
    added.release();
    added.release();
    assertEquals(BLOCK_BYTES, cache.usedBytes());
  }

  @Test
  void add_second_yieldsToFirst() {
    CachedBlock first = add(1);
    CachedBlock second = add(1);
    assertSame(first, second);
    first.release();
    second.release();
    assertEquals(BLOCK_BYTES, cache.usedBytes());
  }

  @Test
  void add_full_evictsUnusedBlocks() {
    for (int i = 0; i < 3; i++) {
      add(i).release();
    }
    pinned(0).release();
    pinned(2).release();
    add(3).release();
    assertNull(slots.get(1));
    assertNotNull(slots.get(0));
    assertNotNull(slots.get(2));
    assertEquals(3 * BLOCK_BYTES, cache.usedBytes());
  }

  @Test
  void add_allInUse_overshoots() {
    List<CachedBlock> held = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      held.add(add(i));
    }
    assertEquals(5 * BLOCK_BYTES, cache.usedBytes());
    held.forEach(CachedBlock::release);
    add(5).release();
    assertEquals(3 * BLOCK_BYTES, cache.usedBytes());
  }

  @Test
  void add_largerThanCache_isNotKept() {
    CachedBlock added = cache.add(new CachedBlock(slots, 1, cache.allocate(4 * BLOCK_BYTES), 1));
    assertNull(slots.get(1));
    assertEquals(1, added.references());
    added.release();
  }

  @Test
  void close_freesBlocksThatWereNotReleased() {
    add(1);
    cache.allocate(BLOCK_BYTES);
    cache.close();
    assertEquals(0, BlockMemory.allocated());
  }

  @Test
  void drop_keepsPinnedBlocks() {
    BlockSlots others = new BlockSlots(2);
    cache.add(new CachedBlock(others, 1, cache.allocate(BLOCK_BYTES), 1)).release();
    CachedBlock held = add(1);
    cache.drop(slots);
    assertNull(slots.get(1));
    assertNotNull(others.get(1));
    assertEquals(BLOCK_BYTES, cache.usedBytes());
    assertEquals(1, held.references());
    held.release();
  }

  @Test
  void readers_concurrentWithTinyCache_getTheTruth() throws Exception {
    MemoryFileSystem files = new MemoryFileSystem();
    Path directory = Path.of("/tables");
    files.createDirectories(directory);
    TreeMap<Entry, byte[]> truth = new TreeMap<>();
    for (int i = 0; i < 2000; i++) {
      byte[] key = {0, 0, 0, 1, (byte) (i >> 8), (byte) i};
      byte[] value =
          ("value " + i + " ".repeat(60)).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      truth.put(new Entry(key, SequenceNumber.trailer(i, 1)), value);
    }
    TableOptions options = new TableOptions(1024, 4, 10, Codec.LZ4);
    Entries.write(files, directory, 1, options, truth);
    Table table = Table.open(files, directory, 1, cache);
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      List<Future<Void>> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        long seed = i;
        Callable<Void> reader = () -> read(table, truth, seed);
        readers.add(executor.submit(reader));
      }
      for (Future<Void> reader : readers) {
        reader.get();
      }
    } finally {
      table.release();
    }
    assertEquals(0, cache.usedBytes());
    assertEquals(List.of(), files.openFiles());
  }

  private static Void read(Table table, TreeMap<Entry, byte[]> truth, long seed) {
    Random random = new Random(seed);
    List<Map.Entry<Entry, byte[]>> entries = List.copyOf(truth.entrySet());
    EntryRef out = new EntryRef();
    try (Probe probe = new Probe();
        TableCursor cursor = table.cursor()) {
      for (int i = 0; i < 5000; i++) {
        int at = random.nextInt(entries.size() - 1);
        Map.Entry<Entry, byte[]> expected = entries.get(at);
        probe.set(expected.getKey().key());
        assertTrue(table.get(probe.key(), 0, 6, probe.hash(), -1L, out));
        Entries.checkBytes(expected.getValue(), out.segment(), out.offset(), out.length());
        if (i % 8 == 0) {
          assertTrue(cursor.seek(probe.key(), 0, 6, -1L));
          Entries.check(expected, cursor);
          assertTrue(cursor.next());
          Entries.check(entries.get(at + 1), cursor);
        }
        out.release();
      }
    }
    return null;
  }

  private CachedBlock add(int number) {
    return cache.add(new CachedBlock(slots, number, cache.allocate(BLOCK_BYTES), 1));
  }

  private CachedBlock pinned(int number) {
    CachedBlock block = slots.pin(number);
    assertNotNull(block);
    return block;
  }
}
