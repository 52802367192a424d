package dev.firn.sstable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BlockCursorTest {

  private static final int INTERVAL = 3;

  private final Arena arena = Arena.ofConfined();
  private final Probe probe = new Probe();
  private final TreeMap<Entry, byte[]> model = new TreeMap<>();

  BlockCursorTest() {
    // Ten entries: with 3 per restart point, the last interval holds one.
    put("kb", 5, "v1");
    put("kb", 3, "");
    put("kbb", 9, "a value that is longer than a word");
    put("kd", 1, "v2");
    put("kf", 8, "v3");
    put("kf", 7, "v4");
    put("kf", 6, "v5");
    put("kfffffffffffff", 2, "v6");
    put("kfffffffffffffg", 2, "v7");
    put("kh", 4, "v8");
  }

  @AfterEach
  void close() {
    probe.close();
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 16})
  void next_fromFirst_visitsAll(int interval) {
    OneBlock cursor = cursor(interval);
    boolean valid = cursor.first();
    for (Map.Entry<Entry, byte[]> entry : model.entrySet()) {
      assertTrue(valid);
      Entries.check(entry, cursor);
      valid = cursor.nextInBlock();
    }
    assertFalse(valid);
    Entries.check(model.lastEntry(), cursor);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 16})
  void prev_fromLast_visitsAll(int interval) {
    OneBlock cursor = cursor(interval);
    boolean valid = cursor.last();
    for (Map.Entry<Entry, byte[]> entry : model.descendingMap().entrySet()) {
      assertTrue(valid);
      Entries.check(entry, cursor);
      valid = cursor.prevInBlock();
    }
    assertFalse(valid);
    assertTrue(cursor.isFirstInBlock());
  }

  /** From each entry: back over a restart point, and forward again out of the interval buffer. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 16})
  void prevAndNext_overRestartPoints(int interval) {
    OneBlock cursor = cursor(interval);
    for (Entry target : model.keySet()) {
      for (int back = 1; back < model.size(); back++) {
        assertTrue(seek(cursor, target));
        Map.Entry<Entry, byte[]> at = model.ceilingEntry(target);
        for (int i = 0; i < back && model.lowerEntry(at.getKey()) != null; i++) {
          at = model.lowerEntry(at.getKey());
          assertTrue(cursor.prevInBlock());
          Entries.check(at, cursor);
        }
        for (at = model.higherEntry(at.getKey()); at != null; at = model.higherEntry(at.getKey())) {
          assertTrue(cursor.nextInBlock());
          Entries.check(at, cursor);
        }
        assertTrue(cursor.isLastInBlock());
      }
    }
  }

  @Test
  void seek_beforeFirst_isAtFirst() {
    OneBlock cursor = cursor(INTERVAL);
    for (String key : List.of("", "a", "k", "ka", "kb")) {
      assertTrue(seek(cursor, entry(key, 100)), key);
      Entries.check(model.firstEntry(), cursor);
    }
  }

  @Test
  void seek_afterLast_isInvalid() {
    OneBlock cursor = cursor(INTERVAL);
    assertFalse(seek(cursor, entry("kh", 3)));
    for (String key : List.of("kha", "ki", "l")) {
      assertFalse(seek(cursor, entry(key, 100)), key);
    }
  }

  @Test
  void seek_exact_isAtEntry() {
    OneBlock cursor = cursor(INTERVAL);
    for (Map.Entry<Entry, byte[]> entry : model.entrySet()) {
      assertTrue(seek(cursor, entry.getKey()));
      Entries.check(entry, cursor);
    }
  }

  @Test
  void seek_between_isAtNext() {
    OneBlock cursor = cursor(INTERVAL);
    checkSeek(cursor, entry("kb", 4), entry("kb", 3));
    checkSeek(cursor, entry("kb", 2), entry("kbb", 9));
    checkSeek(cursor, entry("kc", 100), entry("kd", 1));
    checkSeek(cursor, entry("kd", 0), entry("kf", 8));
    checkSeek(cursor, entry("kff", 100), entry("kfffffffffffff", 2));
    checkSeek(cursor, entry("kfffffffffffffa", 1), entry("kfffffffffffffg", 2));
    checkSeek(cursor, entry("kg", 0), entry("kh", 4));
  }

  private void checkSeek(OneBlock cursor, Entry target, Entry expected) {
    assertTrue(seek(cursor, target));
    Entries.check(Map.entry(expected, model.get(expected)), cursor);
  }

  /** Every seek of either kind, for each key and trailer near an entry. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 16})
  void seeks_likeModel(int interval) {
    OneBlock cursor = cursor(interval);
    for (Entry near : neighbours()) {
      Map.Entry<Entry, byte[]> after = model.ceilingEntry(near);
      assertEquals(after != null, seek(cursor, near));
      if (after != null) {
        Entries.check(after, cursor);
      }
      Map.Entry<Entry, byte[]> before = model.lowerEntry(near);
      assertEquals(before != null, seekBefore(cursor, near));
      if (before != null) {
        Entries.check(before, cursor);
      }
    }
  }

  @Test
  void seekBefore_first_isInvalid() {
    OneBlock cursor = cursor(INTERVAL);
    assertFalse(seekBefore(cursor, model.firstKey()));
    assertFalse(seekBefore(cursor, entry("a", 1)));
  }

  @Test
  void seekBefore_afterLast_isAtLast() {
    OneBlock cursor = cursor(INTERVAL);
    for (String key : List.of("kha", "ki", "l")) {
      assertTrue(seekBefore(cursor, entry(key, 1)), key);
      Entries.check(model.lastEntry(), cursor);
    }
  }

  @Test
  void readForward_stopsBeforeTheOtherCursor() {
    OneBlock cursor = cursor(INTERVAL);
    OneBlock other = cursor(INTERVAL);
    assertTrue(seek(cursor, entry("kbb", 9)));
    assertTrue(seek(other, entry("kfffffffffffff", 2)));
    EntryBatch batch = new EntryBatch(20);
    cursor.readForwardInBlock(batch, other);
    check(batch, List.copyOf(model.subMap(entry("kbb", 9), entry("kfffffffffffff", 2)).keySet()));
    Entries.check(Map.entry(entry("kf", 6), model.get(entry("kf", 6))), cursor);
  }

  @Test
  void readBackward_stopsAfterTheOtherCursor() {
    OneBlock cursor = cursor(16);
    OneBlock other = cursor(16);
    assertTrue(cursor.last());
    assertTrue(seek(other, entry("kd", 1)));
    EntryBatch batch = new EntryBatch(20);
    cursor.readBackwardInBlock(batch, other);
    check(batch, List.copyOf(model.tailMap(entry("kd", 1), false).descendingKeySet()));
    Entries.check(Map.entry(entry("kf", 8), model.get(entry("kf", 8))), cursor);
  }

  @Test
  void readForward_fullBatch_isContinued() {
    OneBlock cursor = cursor(INTERVAL);
    List<Entry> read = new ArrayList<>();
    for (boolean more = cursor.first(); more; more = cursor.nextInBlock()) {
      EntryBatch batch = new EntryBatch(4);
      cursor.readForwardInBlock(batch, null);
      read.addAll(entries(batch));
    }
    assertEquals(List.copyOf(model.keySet()), read);
  }

  @Test
  void compressedBlock_isReadLikeAPlainOne() {
    put("kv", 1, "z".repeat(1000));
    MemoryFileSystem files = new MemoryFileSystem();
    Path directory = Path.of("/tables");
    files.createDirectories(directory);
    Entries.write(files, directory, 1, new TableOptions(4096, INTERVAL, 10, Codec.LZ4), model);
    byte[] bytes = TableBytes.read(files, directory, 1);
    int trailer = TableBytes.sections(bytes).get(1) - TableFormat.TRAILER_BYTES;
    assertEquals(Codec.LZ4.code(), bytes[trailer + TableFormat.TRAILER_CODEC]);
    try (BlockCache cache = new BlockCache(1 << 16)) {
      Table table = Table.open(files, directory, 1, cache);
      for (TableCursor cursor :
          List.of(table.cursor(), table.cursor(false), table.sequentialCursor())) {
        for (Entry near : neighbours()) {
          Map.Entry<Entry, byte[]> after = model.ceilingEntry(near);
          assertEquals(after != null, seek(cursor, near));
          for (boolean valid = after != null; valid; valid = cursor.prev()) {
            Entries.check(after, cursor);
            after = model.lowerEntry(after.getKey());
          }
          assertTrue(after == null);
        }
        cursor.close();
      }
      table.release();
    }
  }

  @Test
  void enter_malformedHeader_isCorruption() {
    for (int field :
        List.of(BlockFormat.ENTRIES, BlockFormat.KEY_BYTES, BlockFormat.PREFIX_BYTES)) {
      MemorySegment block = block(INTERVAL);
      block.set(TableFormat.U32, field, -1);
      assertThrows(CorruptionException.class, () -> new OneBlock(block));
    }
    assertThrows(CorruptionException.class, () -> new OneBlock(arena.allocate(64)));
  }

  /** The first entry of an interval shares nothing but the prefix with any key. */
  @Test
  void next_malformedEntry_isCorruption() {
    MemorySegment block = block(INTERVAL);
    long first = BlockFormat.keys(block, 0) + BlockFormat.prefixBytes(block, 0);
    block.set(ValueLayout.JAVA_BYTE, first, (byte) 0x7f);
    OneBlock cursor = new OneBlock(block);
    assertThrows(CorruptionException.class, cursor::first);
  }

  @Test
  void verifyBlock_wrongRestartPoint_isCorruption() {
    cursor(INTERVAL).verifyBlock();
    for (int field : List.of(BlockFormat.RESTART_WORD, BlockFormat.RESTART_KEY)) {
      MemorySegment block = block(INTERVAL);
      long point = BlockFormat.restart(0, 1);
      block.set(TableFormat.U32, point + field, block.get(TableFormat.U32, point + field) + 1);
      OneBlock cursor = new OneBlock(block);
      assertThrows(CorruptionException.class, cursor::verifyBlock);
    }
  }

  /** A block that ends early is corruption, or all that is read of it is within its bounds. */
  @Test
  void truncatedBlock_isReadWithinItsBounds() {
    MemorySegment whole = block(INTERVAL);
    for (long length = 0; length < whole.byteSize(); length++) {
      MemorySegment cut = arena.allocate(length + TableFormat.SLACK_BYTES);
      MemorySegment.copy(whole, 0, cut, 0, length);
      try {
        OneBlock cursor = new OneBlock(cut, length);
        for (boolean valid = cursor.last(); valid; valid = cursor.prevInBlock()) {
          assertTrue(cursor.valueOffset() + cursor.valueLength() <= length);
        }
        for (boolean valid = cursor.first(); valid; valid = cursor.nextInBlock()) {
          assertTrue(cursor.valueOffset() + cursor.valueLength() <= length);
        }
      } catch (CorruptionException e) {
        assertEquals(OneBlock.FILE.toString(), e.file());
      }
    }
  }

  private List<Entry> neighbours() {
    List<Entry> neighbours = new ArrayList<>();
    for (Entry entry : model.keySet()) {
      byte[] key = entry.key();
      byte[] shorter = Arrays.copyOf(key, key.length - 1);
      byte[] longer = Arrays.copyOf(key, key.length + 1);
      byte[] smaller = key.clone();
      smaller[key.length - 1]--;
      byte[] larger = key.clone();
      larger[key.length - 1]++;
      for (byte[] near : List.of(key, shorter, longer, smaller, larger)) {
        for (long trailer :
            new long[] {entry.trailer() - 1, entry.trailer(), entry.trailer() + 1, 0, -1}) {
          neighbours.add(new Entry(near, trailer));
        }
      }
    }
    return neighbours;
  }

  private boolean seek(InternalCursor cursor, Entry target) {
    probe.set(target.key());
    return cursor.seek(probe.key(), 0, probe.length(), target.trailer());
  }

  private boolean seekBefore(InternalCursor cursor, Entry target) {
    probe.set(target.key());
    return cursor.seekBefore(probe.key(), 0, probe.length(), target.trailer());
  }

  private void check(EntryBatch batch, List<Entry> expected) {
    assertEquals(expected, entries(batch));
    for (int i = 0; i < batch.size(); i++) {
      Entries.checkBytes(
          model.get(expected.get(i)), batch.value(i), batch.valueOffset(i), batch.valueLength(i));
    }
  }

  private static List<Entry> entries(EntryBatch batch) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      byte[] key = batch.key(i).asSlice(0, batch.keyLength(i)).toArray(ValueLayout.JAVA_BYTE);
      entries.add(new Entry(key, batch.trailer(i)));
    }
    return entries;
  }

  private void put(String userKey, long sequence, String value) {
    model.put(entry(userKey, sequence), value.getBytes(StandardCharsets.US_ASCII));
  }

  private static Entry entry(String userKey, long sequence) {
    byte[] key = ("\0\0\0\1" + userKey).getBytes(StandardCharsets.US_ASCII);
    return new Entry(key, SequenceNumber.trailer(sequence, 1));
  }

  private OneBlock cursor(int interval) {
    return new OneBlock(block(interval));
  }

  /** The block of all entries of the model, encoded. */
  private MemorySegment block(int interval) {
    BlockBuilder builder = new BlockBuilder(arena, interval);
    MemorySegment previous = arena.allocate(1);
    int previousLength = 0;
    for (Map.Entry<Entry, byte[]> entry : model.entrySet()) {
      MemorySegment key = arena.allocateFrom(ValueLayout.JAVA_BYTE, entry.getKey().key());
      MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_BYTE, entry.getValue());
      int length = entry.getKey().key().length;
      int shared = KeyOrder.commonPrefix(previous, 0, previousLength, key, 0, length);
      long trailer = entry.getKey().trailer();
      builder.add(key, 0, length, shared, trailer, value, 0, entry.getValue().length);
      previous = key;
      previousLength = length;
    }
    long head = builder.encode();
    MemorySegment block = arena.allocate(head + builder.valueBytes() + TableFormat.SLACK_BYTES);
    MemorySegment.copy(builder.head(), 0, block, 0, head);
    MemorySegment.copy(builder.values(), 0, block, head, builder.valueBytes());
    return block;
  }
}
