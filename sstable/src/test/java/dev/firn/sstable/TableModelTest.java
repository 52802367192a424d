package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.MemoryBudget;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random tables, compared with a sorted map in all ways to read them. */
final class TableModelTest {

  private static final int[] BLOCK_BYTES = {128, 256, 1024, 4096, 65536};
  private static final int[] INTERVALS = {1, 2, 3, 8, 16};
  private static final int[] FILTER_BITS = {0, 1, 10, 20};

  private static final long[] CACHE_BYTES = {0, 5000, 1 << 20};

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Path directory = Path.of("/tables");

  @AfterEach
  void nothingIsLeft() {
    assertEquals(List.of(), files.openFiles());
    assertEquals(0, BlockMemory.allocated(), "cached blocks");
  }

  @Test
  void table_equalsModel() {
    files.createDirectories(directory);
    long first = Long.getLong("firn.seed", 1);
    int count = Long.getLong("firn.seed") == null ? 60 : 1;
    for (long seed = first; seed < first + count; seed++) {
      try {
        run(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("-Dfirn.seed=" + seed, e);
      }
    }
  }

  private void run(long seed) {
    Random random = new Random(seed);
    TableOptions options =
        new TableOptions(
            BLOCK_BYTES[random.nextInt(BLOCK_BYTES.length)],
            INTERVALS[random.nextInt(INTERVALS.length)],
            FILTER_BITS[random.nextInt(FILTER_BITS.length)],
            Codec.values()[random.nextInt(Codec.values().length)]);
    TreeMap<Entry, byte[]> model = Entries.random(random, 1 + random.nextInt(2000));
    TableMetadata metadata = Entries.write(files, directory, seed, options, model);
    Entries.checkMetadata(model, metadata);
    long capacity = CACHE_BYTES[random.nextInt(CACHE_BYTES.length)];
    try (BlockCache cache = new BlockCache(capacity, MemoryBudget.unbounded(), 1)) {
      cache.residency().update(random.nextInt(3), 0);
      Table table = Table.open(files, directory, metadata, cache);
      try (Probe probe = new Probe()) {
        checkCursor(random, table.cursor(), model, probe, 300);
        cache.residency().update(random.nextInt(3), 0);
        table.adapt();
        checkGets(random, table, model, probe);
        checkCursor(random, table.cursor(false), model, probe, 100);
        checkCursor(random, table.sequentialCursor(), model, probe, 5);
      } finally {
        table.release();
      }
    }
    files.delete(FileName.table(directory, seed));
  }

  private static void checkCursor(
      Random random, InternalCursor cursor, TreeMap<Entry, byte[]> model, Probe probe, int seeks) {
    try (cursor) {
      checkForward(cursor, model);
      checkBackward(cursor, model);
      checkSeeks(random, cursor, model, probe, seeks);
    }
  }

  private static void checkForward(InternalCursor cursor, TreeMap<Entry, byte[]> model) {
    boolean valid = cursor.first();
    for (Map.Entry<Entry, byte[]> expected : model.entrySet()) {
      assertTrue(valid);
      Entries.check(expected, cursor);
      valid = cursor.next();
    }
    assertTrue(!valid && !cursor.isValid());
  }

  private static void checkBackward(InternalCursor cursor, TreeMap<Entry, byte[]> model) {
    boolean valid = cursor.last();
    for (Map.Entry<Entry, byte[]> expected : model.descendingMap().entrySet()) {
      assertTrue(valid);
      Entries.check(expected, cursor);
      valid = cursor.prev();
    }
    assertTrue(!valid && !cursor.isValid());
  }

  private static void checkSeeks(
      Random random, InternalCursor cursor, TreeMap<Entry, byte[]> model, Probe probe, int seeks) {
    Entry[] entries = model.keySet().toArray(new Entry[0]);
    for (int i = 0; i < seeks; i++) {
      Entry target = Entries.near(random, entries);
      boolean before = random.nextBoolean();
      probe.set(target.key());
      boolean valid =
          before
              ? cursor.seekBefore(probe.key(), 0, probe.length(), target.trailer())
              : cursor.seek(probe.key(), 0, probe.length(), target.trailer());
      Map.Entry<Entry, byte[]> at = before ? model.lowerEntry(target) : model.ceilingEntry(target);
      for (int steps = random.nextInt(20); ; steps--) {
        assertEquals(at != null, valid);
        if (at == null) {
          break;
        }
        Entries.check(at, cursor);
        if (steps == 0) {
          break;
        }
        boolean forward = random.nextInt(3) > 0 ^ before;
        at = forward ? model.higherEntry(at.getKey()) : model.lowerEntry(at.getKey());
        valid = forward ? cursor.next() : cursor.prev();
      }
    }
  }

  private static void checkGets(
      Random random, Table table, TreeMap<Entry, byte[]> model, Probe probe) {
    EntryRef out = new EntryRef();
    for (Entry entry : model.keySet()) {
      checkGet(table, model, probe, out, entry.key(), entry.trailer());
      checkGet(table, model, probe, out, entry.key(), entry.trailer() - 1);
      checkGet(table, model, probe, out, entry.key(), SequenceNumber.MAX_TRAILER);
    }
    Entry[] entries = model.keySet().toArray(new Entry[0]);
    for (int i = 0; i < 500; i++) {
      Entry target = Entries.near(random, entries);
      checkGet(table, model, probe, out, target.key(), target.trailer());
    }
  }

  private static void checkGet(
      Table table,
      TreeMap<Entry, byte[]> model,
      Probe probe,
      EntryRef out,
      byte[] key,
      long trailer) {
    probe.set(key);
    Map.Entry<Entry, byte[]> expected = model.ceilingEntry(new Entry(key, trailer));
    boolean found = table.get(probe.key(), 0, probe.length(), probe.hash(), trailer, out);
    checkFound(expected, key, found, out);
    found = table.getExpected(probe.key(), 0, probe.length(), probe.hash(), trailer, out);
    checkFound(expected, key, found, out);
    found = table.getUnfiltered(probe.key(), 0, probe.length(), trailer, out);
    checkFound(expected, key, found, out);
  }

  private static void checkFound(
      Map.@Nullable Entry<Entry, byte[]> expected, byte[] key, boolean found, EntryRef out) {
    if (expected != null && Arrays.equals(expected.getKey().key(), key)) {
      assertTrue(found);
      assertEquals(expected.getKey().trailer(), out.trailer());
      Entries.checkBytes(expected.getValue(), out.segment(), out.offset(), out.length());
    } else {
      assertTrue(!found);
    }
    out.release();
  }
}
