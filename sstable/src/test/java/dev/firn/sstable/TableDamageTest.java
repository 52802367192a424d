package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.FormatVersionException;
import java.lang.foreign.MemorySegment;
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

/** Damage is reported with file and offset; no read of a damaged table gives a wrong answer. */
final class TableDamageTest {

  private static final long NUMBER = 9;

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Path directory = Path.of("/tables");
  private final BlockCache cache = new BlockCache(1 << 16);
  private final Probe probe = new Probe();
  private final TableDump dump = new TableDump(files, directory, NUMBER, cache);

  @BeforeEach
  void createDirectory() {
    files.createDirectories(directory);
  }

  @AfterEach
  void nothingIsLeft() {
    probe.close();
    cache.close();
    assertEquals(List.of(), files.openFiles());
    assertEquals(0, BlockMemory.allocated());
  }

  @ParameterizedTest
  @EnumSource
  void everyBit_flipped(Codec codec) {
    TreeMap<Entry, byte[]> truth = smallModel();
    byte[] table = table(codec, truth);
    assertFalse(dump.readAll(truth, probe));
    for (int bit = 0; bit < 8 * table.length; bit++) {
      table[bit >> 3] ^= (byte) (1 << (bit & 7));
      put(table);
      assertTrue(dump.readAll(truth, probe), "bit " + bit + " is not covered");
      table[bit >> 3] ^= (byte) (1 << (bit & 7));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyLength_truncated(Codec codec) {
    byte[] table = table(codec, smallModel());
    for (int length = 0; length < table.length; length++) {
      put(Arrays.copyOf(table, length));
      assertNull(dump.open(), "length " + length);
    }
    put(Arrays.copyOf(table, table.length + 1));
    assertNull(dump.open());
  }

  @Test
  void randomBytes_areNoTable() {
    Random random = new Random(7);
    for (int length = 1; length < 5000; length += 97) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      put(bytes);
      assertNull(dump.open());
      put(new byte[length]);
      assertNull(dump.open());
    }
  }

  @Test
  void otherNumber_isNotThisTable() {
    byte[] table = table(Codec.NONE, smallModel());
    TableBytes.write(files, directory, NUMBER + 1, table);
    assertThrows(CorruptionException.class, () -> Table.open(files, directory, NUMBER + 1, cache));
  }

  @Test
  void otherMetadata_isNotThisTable() {
    table(Codec.NONE, smallModel());
    Table opened = Table.open(files, directory, NUMBER, cache);
    TableMetadata other = opened.metadata().withFileBytes(opened.metadata().fileBytes() + 1);
    opened.release();
    assertThrows(CorruptionException.class, () -> Table.open(files, directory, other, cache));
  }

  @Test
  void blocksSwapped_areReported() {
    TreeMap<Entry, byte[]> truth = new TreeMap<>();
    for (int i = 0; i < 40; i++) {
      byte[] key = {0, 0, 0, 1, (byte) (i / 10), (byte) i};
      truth.put(new Entry(key, SequenceNumber.trailer(1, 1)), new byte[20]);
    }
    byte[] table = table(Codec.NONE, truth);
    List<Integer> starts = TableBytes.sections(table);
    int length = starts.get(1) - starts.get(0);
    assertEquals(length, starts.get(2) - starts.get(1), "blocks of one length");
    byte[] first = Arrays.copyOf(table, length);
    System.arraycopy(table, length, table, 0, length);
    System.arraycopy(first, 0, table, length, length);
    put(table);
    assertTrue(dump.readAll(truth, probe));
    assertEquals(0, dump.damage().offset());
  }

  @Test
  void newerVersion_isNotDamage() {
    byte[] table = table(Codec.NONE, smallModel());
    int footer = table.length - TableFormat.FOOTER_BYTES;
    table[footer + TableFormat.FOOTER_VERSION] = TableFormat.VERSION + 1;
    TableBytes.sealFooter(table, NUMBER);
    put(table);
    FormatVersionException e =
        assertThrows(
            FormatVersionException.class, () -> Table.open(files, directory, NUMBER, cache));
    assertEquals(TableFormat.VERSION + 1, e.found());
  }

  @ParameterizedTest
  @EnumSource
  void malformedWithRightChecksum_staysWithinBounds(Codec codec) {
    long seed = Long.getLong("firn.seed", 4);
    System.out.println("-Dfirn.seed=" + seed);
    Random random = new Random(seed);
    TreeMap<Entry, byte[]> truth = smallModel();
    byte[] table = table(codec, truth);
    List<Integer> starts = TableBytes.sections(table);
    for (int round = 0; round < 6000; round++) {
      byte[] forged = table.clone();
      int section = random.nextInt(starts.size());
      int start = starts.get(section);
      boolean footer = section == starts.size() - 1;
      int end = footer ? start + TableFormat.FOOTER_CHECKSUM : starts.get(section + 1) - 4;
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        mutate(random, forged, start, Math.min(end, start + (random.nextBoolean() ? 40 : 4000)));
      }
      if (footer) {
        TableBytes.sealFooter(forged, NUMBER);
      } else {
        TableBytes.seal(forged, NUMBER, start, starts.get(section + 1));
      }
      put(forged);
      useForged(truth);
    }
  }

  /** Uses a forged table: any result is allowed, and CorruptionException; nothing else. */
  private void useForged(TreeMap<Entry, byte[]> truth) {
    Table table;
    try {
      table = dump.open();
    } catch (FormatVersionException e) {
      return;
    }
    if (table == null) {
      return;
    }
    try {
      dump.tolerate(() -> walk(table.cursor(), true));
      dump.tolerate(() -> walk(table.cursor(false), false));
      dump.tolerate(() -> walk(table.sequentialCursor(), true));
      for (Entry entry : truth.keySet()) {
        probe.set(entry.key());
        dump.tolerate(() -> search(table, entry.trailer()));
      }
      dump.tolerate(() -> table.verify(bytes -> {}));
    } finally {
      table.release();
    }
  }

  private static void walk(InternalCursor cursor, boolean forward) {
    try (cursor) {
      int steps = 0;
      for (boolean valid = forward ? cursor.first() : cursor.last();
          valid;
          valid = forward ? cursor.next() : cursor.prev()) {
        cursor.key().asSlice(cursor.keyOffset(), cursor.keyLength());
        cursor.value().asSlice(cursor.valueOffset(), cursor.valueLength());
        assertTrue(steps++ < 100_000);
      }
    }
  }

  private void search(Table table, long trailer) {
    MemorySegment key = probe.key();
    EntryRef out = new EntryRef();
    if (table.get(key, 0, probe.length(), probe.hash(), trailer, out)) {
      out.segment().asSlice(out.offset(), out.length());
      out.release();
    }
    try (InternalCursor cursor = table.cursor()) {
      cursor.seek(key, 0, probe.length(), trailer);
      cursor.seekBefore(key, 0, probe.length(), trailer);
    }
  }

  private static void mutate(Random random, byte[] bytes, int from, int to) {
    int at = from + random.nextInt(to - from);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes[at] = -1;
      default -> Arrays.fill(bytes, at, Math.min(to, at + random.nextInt(9)), (byte) -1);
    }
  }

  /** A few blocks, with versions of a key that continue in the next block. */
  private static TreeMap<Entry, byte[]> smallModel() {
    Random random = new Random(5);
    TreeMap<Entry, byte[]> truth = new TreeMap<>();
    for (int i = 0; i < 24; i++) {
      byte[] key = {0, 0, 0, 1, 'k', (byte) (i / 8), (byte) (i < 16 ? i : 16)};
      byte[] value = new byte[i % 5 == 0 ? 0 : random.nextInt(20)];
      long sequence = 100 + i * 300L;
      truth.put(new Entry(key, SequenceNumber.trailer(sequence, i % 5 == 0 ? 0 : 1)), value);
    }
    return truth;
  }

  private byte[] table(Codec codec, TreeMap<Entry, byte[]> truth) {
    TableOptions options = new TableOptions(160, 3, 10, codec);
    Entries.write(files, directory, NUMBER, options, truth);
    return TableBytes.read(files, directory, NUMBER);
  }

  private void put(byte[] bytes) {
    TableBytes.write(files, directory, NUMBER, bytes);
  }
}
