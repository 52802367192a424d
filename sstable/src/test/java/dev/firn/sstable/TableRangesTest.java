package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.core.range.RangeRetention;
import dev.firn.core.range.RangeTombstone;
import dev.firn.core.range.RangeTombstones;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables with range tombstones. */
class TableRangesTest {

  private static final Path DIRECTORY = Path.of("/tables");
  private static final int PUT = ValueKind.PUT.code();

  private final MemoryFileSystem files = new MemoryFileSystem();

  TableRangesTest() {
    files.createDirectories(DIRECTORY);
  }

  private static byte[] key(int... user) {
    byte[] key = new byte[StoreKey.TREE_BYTES + user.length];
    key[3] = 1;
    for (int i = 0; i < user.length; i++) {
      key[StoreKey.TREE_BYTES + i] = (byte) user[i];
    }
    return key;
  }

  private static RangeTombstones ranges(RangeTombstone... tombstones) {
    RangeFragmenter fragmenter = new RangeFragmenter();
    for (RangeTombstone tombstone : tombstones) {
      fragmenter.add(tombstone);
    }
    return fragmenter.build(RangeRetention.ALL);
  }

  private TableMetadata write(RangeTombstones ranges, byte[]... keys) {
    try (Arena arena = Arena.ofConfined();
        TableWriter writer = new TableWriter(files, DIRECTORY, 7, TableOptions.DEFAULT)) {
      for (byte[] key : keys) {
        MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
        writer.add(memory, 0, key.length, SequenceNumber.trailer(5, PUT), memory, 0, 1);
      }
      writer.setRanges(ranges, 1234);
      writer.setDeletionsSince(99);
      return writer.finish();
    }
  }

  private Table open(TableMetadata metadata) {
    return Table.open(files, DIRECTORY, metadata, new BlockCache(0));
  }

  private static String get(Table table, byte[] key, long sequence) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
      long hash = KeyHash.of(memory, 0, key.length);
      long trailer = SequenceNumber.seekTrailer(sequence);
      List<String> answers = new ArrayList<>();
      EntryRef out = new EntryRef();
      boolean found = table.get(memory, 0, key.length, hash, trailer, out);
      answers.add(describe(found, out));
      found = table.getExpected(memory, 0, key.length, hash, trailer, out);
      answers.add(describe(found, out));
      found = table.getUnfiltered(memory, 0, key.length, trailer, out);
      answers.add(describe(found, out));
      assertEquals(1, answers.stream().distinct().count(), answers::toString);
      return answers.getFirst();
    }
  }

  private static String describe(boolean found, EntryRef out) {
    String text = found ? SequenceNumber.sequence(out.trailer()) + "," + out.kindCode() : "none";
    out.release();
    return text;
  }

  @Test
  void get_findsWhatIsNewest() {
    RangeTombstones ranges =
        ranges(
            new RangeTombstone(key(2), key(4), 3),
            new RangeTombstone(key(3), key(5), 8),
            new RangeTombstone(key(8), key(9), 2));
    TableMetadata metadata = write(ranges, key(1), key(2), key(3));
    assertEquals(5, metadata.rangeDeletions());
    assertEquals(1234, metadata.garbage().coveredBytes());
    assertEquals(99, metadata.garbage().oldestDeletion());
    assertEquals(2, metadata.smallestSequence());
    assertEquals(8, metadata.largestSequence());
    assertArrayEquals(key(1), metadata.smallestKey());
    assertArrayEquals(key(9), metadata.largestKey());
    Table table = open(metadata);
    assertEquals("5,1", get(table, key(1), 9));
    assertEquals("5,1", get(table, key(2), 9));
    assertEquals("8,2", get(table, key(3), 9));
    assertEquals("5,1", get(table, key(3), 7));
    assertEquals("3,2", get(table, key(3), 4));
    assertEquals("8,2", get(table, key(4), 9));
    assertEquals("none", get(table, key(4), 7));
    assertEquals("none", get(table, key(5), 9));
    assertEquals("2,2", get(table, key(8, 0), 9));
    assertEquals(ranges, table.ranges());
    table.verify(bytes -> {});
    table.readBack();
    table.release();
  }

  @Test
  void aTableWithoutEntries_hasADeletion() {
    TableMetadata metadata = write(ranges(new RangeTombstone(key(2), key(4), 3)));
    assertEquals(1, metadata.entries());
    assertEquals(1, metadata.deletions());
    Table table = open(metadata);
    assertEquals("3,0", get(table, key(2), 9));
    assertEquals("3,2", get(table, key(3), 9));
    assertEquals("none", get(table, key(3), 2));
    table.verify(bytes -> {});
    table.release();
  }

  /** The next table of the run may begin with the key after the last one. */
  @Test
  void aRangeUpToTheKeyAfterTheLast_doesNotExtendTheBounds() {
    TableMetadata metadata =
        write(ranges(new RangeTombstone(key(2), StoreKey.successor(key(3)), 3)), key(3));
    assertArrayEquals(key(2), metadata.smallestKey());
    assertArrayEquals(key(3), metadata.largestKey());
    open(metadata).release();
  }

  @Test
  void everyFlippedBit_isFound() {
    TableMetadata metadata =
        write(ranges(new RangeTombstone(key(2), key(4), 3)), key(1), key(2), key(3));
    Path path = FileName.table(DIRECTORY, 7);
    MemorySegment bytes = MemorySegment.ofArray(read(path));
    long section = 8L * indexOf(read(path), 12);
    for (long bit = section; bit < 8 * bytes.byteSize(); bit += bit < section + 500 ? 1 : 11) {
      flip(bytes, bit);
      replace(path, bytes);
      assertThrows(FirnException.class, () -> verify(metadata), "bit=" + bit);
      flip(bytes, bit);
    }
    replace(path, bytes);
    verify(metadata);
  }

  private void verify(TableMetadata metadata) {
    Table table = open(metadata);
    try {
      table.verify(b -> {});
    } finally {
      table.release();
    }
  }

  private static void flip(MemorySegment bytes, long bit) {
    byte old = bytes.get(ValueLayout.JAVA_BYTE, bit >> 3);
    bytes.set(ValueLayout.JAVA_BYTE, bit >> 3, (byte) (old ^ 1 << (bit & 7)));
  }

  private byte[] read(Path path) {
    try (var file = files.openRead(path)) {
      MemorySegment copy = MemorySegment.ofArray(new byte[(int) file.size()]);
      file.read(0, copy, 0, copy.byteSize());
      return copy.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private void replace(Path path, MemorySegment bytes) {
    files.delete(path);
    try (var file = files.create(path)) {
      file.append(bytes, 0, bytes.byteSize());
      file.sync();
    }
  }

  @Test
  void salvage_passesRangesOn_orSaysThatTheyAreLost() {
    RangeTombstones ranges = ranges(new RangeTombstone(key(2), key(4), 3));
    write(ranges, key(1), key(2), key(3));
    Received received = new Received();
    assertEquals(List.of(), TableSalvage.read(files, DIRECTORY, 7, 0, received));
    assertEquals(ranges, received.ranges);
    Path path = FileName.table(DIRECTORY, 7);
    byte[] bytes = read(path);
    bytes[indexOf(bytes, 12)] ^= (byte) 1; // the head of the fragment
    replace(path, MemorySegment.ofArray(bytes));
    received = new Received();
    List<TableSalvage.Gap> gaps = TableSalvage.read(files, DIRECTORY, 7, 0, received);
    assertEquals(1, gaps.size());
    assertEquals(3, received.entries);
    assertFalse(received.ranges != null);
    assertThrows(CorruptionException.class, () -> verify(write(7)));
  }

  private TableMetadata write(int number) {
    return Table.open(files, DIRECTORY, number, new BlockCache(0)).metadata();
  }

  /** Where the section of range tombstones is: one fragment of keys of 5 bytes. */
  private static int indexOf(byte[] bytes, int length) {
    byte[] head = {1, 0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0};
    for (int i = 0; i < bytes.length - length; i++) {
      if (java.util.Arrays.equals(bytes, i, i + length, head, 0, length)) {
        return i;
      }
    }
    throw new AssertionError("no section of range tombstones");
  }

  private static final class Received implements TableSalvage.Sink {
    private RangeTombstones ranges;
    private int entries;

    @Override
    public void entry(
        MemorySegment key,
        long keyOffset,
        int keyLength,
        long trailer,
        MemorySegment value,
        long valueOffset,
        long valueLength) {
      entries++;
    }

    @Override
    public void ranges(RangeTombstones received) {
      ranges = received;
      assertTrue(entries == 0);
    }
  }
}
