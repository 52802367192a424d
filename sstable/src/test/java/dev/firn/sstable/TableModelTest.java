package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random tables, compared with a sorted map in every way they can be read. */
final class TableModelTest {

  private static final int[] BLOCK_BYTES = {128, 256, 1024, 4096, 65536};
  private static final int[] INTERVALS = {1, 2, 3, 8, 16};
  private static final int[] FILTER_BITS = {0, 1, 10, 20};

  @TempDir Path directory;
  private final PlainFiles files = new PlainFiles();
  private final BlockCache cache = new BlockCache(64 * 1024);

  @AfterEach
  void nothingIsLeft() {
    cache.close();
    assertEquals(0, files.open.get(), "open files");
  }

  @Test
  void table_equalsModel() {
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
    Table table = Table.open(files, directory, metadata, cache);
    try (InternalCursor cursor = table.cursor();
        Probe probe = new Probe()) {
      checkForward(cursor, model);
      checkBackward(cursor, model);
      checkSeeks(random, cursor, model, probe);
      checkGets(random, table, model, probe);
    } finally {
      table.release();
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
      Random random, InternalCursor cursor, TreeMap<Entry, byte[]> model, Probe probe) {
    for (int i = 0; i < 500; i++) {
      Entry target = Entries.near(random, model);
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
    for (int i = 0; i < 500; i++) {
      Entry target = Entries.near(random, model);
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
    boolean found = table.get(probe.key(), 0, probe.length(), probe.hash(), trailer, out);
    Map.Entry<Entry, byte[]> expected = model.ceilingEntry(new Entry(key, trailer));
    if (expected != null && java.util.Arrays.equals(expected.getKey().key(), key)) {
      assertTrue(found);
      assertEquals(expected.getKey().trailer(), out.trailer());
      Entries.checkBytes(expected.getValue(), out.segment(), out.offset(), out.length());
    } else {
      assertTrue(!found);
    }
    out.release();
  }
}
