package dev.firn.memtable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.memtable.Generation.Entry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class MemTableTest {

  private static final int PUT = 1;
  private static final int DELETE = 0;

  @Test
  void get_empty_findsNothing() {
    try (Generation generation = generation(1 << 12)) {
      assertNull(generation.get(Generation.key(1), SequenceNumber.MAX_TRAILER));
      assertEquals(0, generation.table.entries());
    }
  }

  @Test
  void get_oldSequences_seesNewestAtOrBelow() {
    try (Generation generation = generation(1 << 12)) {
      byte[] key = Generation.key(1, (byte) 'k');
      generation.insert(entry(key, 5, PUT, "five"));
      generation.insert(entry(key, 9, DELETE, ""));
      generation.insert(entry(key, 7, PUT, "seven"));
      generation.insert(entry(Generation.key(1, (byte) 'l'), 6, PUT, "other"));
      assertNull(generation.get(key, SequenceNumber.seekTrailer(4)));
      assertFound(5, PUT, "five", generation.get(key, SequenceNumber.seekTrailer(5)));
      assertFound(5, PUT, "five", generation.get(key, SequenceNumber.seekTrailer(6)));
      assertFound(7, PUT, "seven", generation.get(key, SequenceNumber.seekTrailer(7)));
      assertFound(7, PUT, "seven", generation.get(key, SequenceNumber.seekTrailer(8)));
      assertFound(9, DELETE, "", generation.get(key, SequenceNumber.seekTrailer(9)));
      assertFound(9, DELETE, "", generation.get(key, SequenceNumber.MAX_TRAILER));
      assertNull(generation.get(key, SequenceNumber.MIN_TRAILER));
    }
  }

  @Test
  void get_prefixOrExtensionOfKey_findsNothing() {
    try (Generation generation = generation(1 << 12)) {
      generation.insert(entry(Generation.key(1, (byte) 0), 1, PUT, "x"));
      assertNull(generation.get(Generation.key(1), SequenceNumber.MAX_TRAILER));
      assertNull(generation.get(Generation.key(1, (byte) 0, (byte) 0), -1));
      assertNull(generation.get(Generation.key(2, (byte) 0), SequenceNumber.MAX_TRAILER));
      assertNotNull(generation.get(Generation.key(1, (byte) 0), SequenceNumber.MAX_TRAILER));
    }
  }

  @Test
  void get_longestKey_isFound() {
    try (Generation generation = generation(1 << 20)) {
      byte[] key = Generation.key(-1, new byte[StoreKey.MAX_USER_KEY_BYTES]);
      generation.insert(entry(key, 1, PUT, "long"));
      assertFound(1, PUT, "long", generation.get(key, SequenceNumber.MAX_TRAILER));
    }
  }

  @Test
  void cursor_keysAndValues_areReadOnly() {
    try (Generation generation = generation(1 << 12);
        InternalCursor cursor = generation.table.cursor()) {
      byte[] key = Generation.key(1, (byte) 'k');
      generation.insert(entry(key, 1, PUT, "v"));
      assertTrue(cursor.first());
      assertTrue(cursor.key().isReadOnly());
      assertTrue(cursor.value().isReadOnly());
      EntryRef ref = new EntryRef();
      MemorySegment copy = generation.segment(key);
      long hash = KeyHash.of(copy, 0, key.length);
      assertTrue(generation.table.get(copy, 0, key.length, hash, -1, ref));
      assertTrue(ref.segment().isReadOnly());
    }
  }

  @Test
  void cursor_afterClose_isInvalid() {
    try (Generation generation = generation(1 << 12)) {
      generation.insert(entry(Generation.key(1), 1, PUT, "v"));
      InternalCursor cursor = generation.table.cursor();
      assertTrue(cursor.last());
      cursor.close();
      cursor.close();
      assertFalse(cursor.isValid());
    }
  }

  @Test
  void insert_anyOrder_keepsInvariants() {
    int count = 5_000;
    Random random = new Random(RandomKeys.seed());
    int odd = 2 * random.nextInt(1 << 20) + 1;
    checkOrder(count, i -> i);
    checkOrder(count, i -> count - 1 - i);
    checkOrder(count, i -> i * odd & 0xfffffff);
    checkOrder(count, i -> (i & 1) == 0 ? i : count * 2 - i); // from both ends
    checkOrder(count, i -> (i & 7) * count + i); // eight ascending runs
    checkOrder(count, i -> i ^ 5); // ascending, a little shuffled
  }

  private static void checkOrder(int count, IntUnaryOperator number) {
    try (Generation generation = generation(count * 64)) {
      for (int i = 0; i < count; i++) {
        byte[] key = ByteBuffer.allocate(8).putInt(1).putInt(number.applyAsInt(i)).array();
        assertTrue(generation.insert(entry(key, i + 1, PUT, "")));
      }
      for (int i = 0; i < count; i++) {
        byte[] key = ByteBuffer.allocate(8).putInt(1).putInt(number.applyAsInt(i)).array();
        assertFound(i + 1, PUT, "", generation.get(key, SequenceNumber.MAX_TRAILER));
      }
      ListCheck.check(generation);
    }
  }

  @Test
  void insert_sameInternalKeyTwice_isAsserted() {
    try (Generation generation = generation(1 << 12)) {
      generation.insert(entry(Generation.key(1), 1, PUT, "a"));
      Entry again = entry(Generation.key(1), 1, PUT, "b");
      assertThrows(AssertionError.class, () -> generation.insert(again));
    }
  }

  @Test
  void arena_secondLife_doesNotSeeTheFirst() {
    MemTableArena arena = MemTableArena.allocate(1 << 16);
    arena.claim().fill((byte) 0xa7);
    long seed = RandomKeys.seed();
    Random random = new Random(seed);
    for (int life = 0; life < 20; life++) {
      arena.reset();
      RandomKeys keys = new RandomKeys(random);
      Generation generation = new Generation(arena, 1 << 16, keys.normalizer(), random.nextLong());
      assertEquals(0, generation.table.entries());
      assertFalse(generation.table.cursor().first());
      assertFalse(generation.table.cursor().last());
      int inserted = 0;
      while (generation.insert(entry(keys.next(), inserted + 1, PUT, "life" + life))) {
        inserted++;
      }
      assertEquals(inserted, generation.table.entries());
      InternalCursor cursor = generation.table.cursor();
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        assertArrayEquals(("life" + life).getBytes(UTF_8), Generation.entry(cursor).value());
        inserted--;
      }
      assertEquals(0, inserted);
      ListCheck.check(generation);
    }
    arena.close();
  }

  @Test
  void arena_secondMemTable_needsReset() {
    try (MemTableArena arena = MemTableArena.allocate(1 << 12)) {
      MemorySegment journal = MemorySegment.NULL;
      new MemTable(arena, journal, KeyNormalizer.none());
      assertThrows(
          IllegalStateException.class, () -> new MemTable(arena, journal, KeyNormalizer.none()));
      arena.reset();
      new MemTable(arena, journal, KeyNormalizer.none());
    }
  }

  @Test
  void arena_closed_everyUseThrows() {
    Generation generation = generation(1 << 12);
    byte[] bytes = Generation.key(1, (byte) 'k');
    MemorySegment key = generation.segment(bytes);
    generation.insert(entry(bytes, 1, PUT, "v"));
    InternalCursor cursor = generation.table.cursor();
    cursor.first();
    MemorySegment found = cursor.key();
    generation.arena.close();
    generation.arena.close();
    MemTable table = generation.table;
    int length = bytes.length;
    assertThrows(IllegalStateException.class, () -> table.tryBudget(100));
    assertThrows(IllegalStateException.class, () -> table.insert(key, 0, length, 999, 0, 0));
    assertThrows(
        IllegalStateException.class, () -> table.get(key, 0, length, 7, -1, new EntryRef()));
    assertThrows(IllegalStateException.class, cursor::next);
    assertThrows(IllegalStateException.class, cursor::prev);
    assertThrows(IllegalStateException.class, cursor::first);
    assertThrows(IllegalStateException.class, cursor::last);
    assertThrows(IllegalStateException.class, () -> cursor.seek(key, 0, length, -1));
    assertThrows(IllegalStateException.class, () -> cursor.seekBefore(key, 0, length, -1));
    assertThrows(IllegalStateException.class, table::entries);
    assertThrows(IllegalStateException.class, table::learnNormalizer);
    assertThrows(IllegalStateException.class, () -> found.get(ValueLayout.JAVA_BYTE, 500));
    assertThrows(
        IllegalStateException.class,
        () -> new MemTable(generation.arena, generation.journal, KeyNormalizer.none()));
  }

  @Test
  void learnNormalizer_perTree_whatKeysShare() {
    try (Generation generation = generation(1 << 18)) {
      insertMany(generation, 0, "user", 100);
      insertMany(generation, 5, "", 100);
      insertMany(generation, -1, "item:", 100);
      generation.insert(entry(Generation.key(6, "single".getBytes(UTF_8)), 9999, PUT, ""));
      KeyNormalizer learned = generation.table.learnNormalizer();
      assertEquals(4 + 4 + 2, learned.prefixBytes(0)); // "user" and "00" of 0000 to 0099
      assertEquals(4 + 2, learned.prefixBytes(5));
      assertEquals(4 + 5 + 2, learned.prefixBytes(-1));
      assertEquals(4, learned.prefixBytes(6)); // one key teaches nothing
      assertEquals(4, learned.prefixBytes(7));
    }
  }

  @Test
  void learnNormalizer_nothingNew_isTheSame() {
    KeyNormalizer first;
    try (Generation generation = generation(1 << 16)) {
      insertMany(generation, 3, "user", 50);
      first = generation.table.learnNormalizer();
    }
    try (Generation generation = new Generation(1 << 16, 1 << 10, first, 1)) {
      insertMany(generation, 3, "user", 50);
      assertSame(first, generation.table.learnNormalizer());
    }
  }

  private static void insertMany(Generation generation, int tree, String stem, int count) {
    for (int i = 0; i < count; i++) {
      byte[] key = Generation.key(tree, "%s%04d".formatted(stem, i).getBytes(UTF_8));
      assertTrue(generation.insert(entry(key, i + 1, PUT, "")));
    }
  }

  private static Generation generation(int arenaBytes) {
    return new Generation(arenaBytes, 1 << 12, KeyNormalizer.none(), 42);
  }

  private static Entry entry(byte[] key, long sequence, int kind, String value) {
    return new Entry(key, SequenceNumber.trailer(sequence, kind), value.getBytes(UTF_8));
  }

  private static void assertFound(long sequence, int kind, String value, Entry found) {
    assertNotNull(found);
    assertEquals(SequenceNumber.trailer(sequence, kind), found.trailer());
    assertEquals(value, new String(found.value(), UTF_8));
  }
}
