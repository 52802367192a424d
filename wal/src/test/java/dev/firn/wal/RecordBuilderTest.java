package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.MemoryBudget;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecordBuilderTest {

  private record Written(int tree, byte[] key, byte[] value, boolean deleted) {}

  private final RecordBuilder record = new RecordBuilder();
  private final RecordEntries entries = new RecordEntries();

  private void assertHolds(List<Written> expected) {
    record.read(entries);
    long keyBytes = 0;
    for (Written entry : expected) {
      assertTrue(entries.next());
      MemorySegment s = entries.segment();
      assertEquals(
          entry.deleted() ? ValueKind.DELETE.code() : ValueKind.PUT.code(), entries.kindCode());
      assertEquals(entry.key().length + StoreKey.TREE_BYTES, entries.keyLength());
      assertEquals(entry.tree(), StoreKey.tree(s, entries.keyOffset()));
      MemorySegment key = s.asSlice(entries.keyOffset() + 4, entries.keyLength() - 4L);
      assertEquals(-1, key.mismatch(MemorySegment.ofArray(entry.key())));
      MemorySegment value = s.asSlice(entries.valueOffset(), entries.valueLength());
      assertEquals(-1, value.mismatch(MemorySegment.ofArray(entry.value())));
      keyBytes += entries.keyLength();
    }
    assertFalse(entries.next());
    assertFalse(entries.next());
    assertEquals(expected.size(), record.count());
    assertEquals(keyBytes, record.keyBytes());
    assertEquals(0, record.paddedBytes() % 8);
    assertTrue(record.paddedBytes() - record.bytes() < 8);
  }

  /** Heap and native memory, at an offset. */
  private static MemorySegment source(Random random, byte[] bytes) {
    MemorySegment segment =
        random.nextBoolean()
            ? MemorySegment.ofArray(new byte[bytes.length + 3])
            : Arena.ofAuto().allocate(bytes.length + 3);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 3, bytes.length);
    return segment;
  }

  /** Whatever the room in memory, a record is refused from the first byte over the limit on. */
  @Test
  void limit_isExact() {
    int overhead = JournalFormat.RECORD_HEADER_BYTES + 1 + 1 + 2 + StoreKey.TREE_BYTES;
    for (int max = 600; max < 1600; max += 8) {
      RecordBuilder limited = new RecordBuilder(RecordBuffers.unbounded(), max);
      limited.put(1, new byte[0], new byte[max - overhead]);
      assertEquals(max, limited.bytes());
      assertTrue(limited.paddedBytes() <= limited.memory().byteSize());

      RecordBuilder refusing = new RecordBuilder(RecordBuffers.unbounded(), max);
      refusing.delete(1, new byte[0]);
      long before = refusing.bytes();
      int length = (int) (max - before) - (1 + 1 + 2 + StoreKey.TREE_BYTES) + 1;
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class, () -> refusing.put(1, new byte[0], new byte[length]));
      assertTrue(refused.getMessage().contains(" " + (max + 1) + " bytes"), refused.getMessage());
      assertEquals(before, refusing.bytes());
      refusing.put(1, new byte[0], new byte[length - 1]);
      assertEquals(max, refusing.bytes());
    }
  }

  @Test
  void limit_fitsTheFormat() {
    long padded = JournalFormat.padded(JournalFormat.MAX_RECORD_BYTES);
    assertTrue(padded < 1L << 32, "a length has 32 bits");
    assertTrue(
        JournalFormat.HEADER_BYTES + padded < JournalFormat.MAX_SEGMENT_BYTES, "it has a segment");
  }

  @Test
  void entries_ofEverySize() {
    Random random = new Random(TestJournal.seed());
    int[] sizes = {0, 1, 2, 123, 124, 127, 128, 1000, 16383, 16384, 65536};
    for (int round = 0; round < 3; round++) {
      List<Written> expected = new ArrayList<>();
      record.clear();
      for (int keySize : sizes) {
        for (int valueSize : sizes) {
          byte[] key = new byte[keySize];
          byte[] value = new byte[valueSize];
          random.nextBytes(key);
          random.nextBytes(value);
          int tree = random.nextInt();
          if (random.nextInt(4) == 0) {
            record.delete(tree, source(random, key), 3, key.length);
            expected.add(new Written(tree, key, new byte[0], true));
          } else {
            record.put(
                tree, source(random, key), 3, key.length, source(random, value), 3, value.length);
            expected.add(new Written(tree, key, value, false));
          }
        }
      }
      assertHolds(expected);
    }
  }

  @Test
  void clear_startsOver() {
    MemorySegment key = MemorySegment.ofArray(new byte[] {1});
    MemorySegment value = MemorySegment.ofArray(new byte[2 << 20]);
    assertTrue(record.isEmpty());
    record.put(1, key, 0, 1, value, 0, 1 << 19);
    long kept = record.memory().byteSize();
    record.clear();
    assertEquals(kept, record.memory().byteSize());
    record.put(1, key, 0, 1, value, 0, 2 << 20);
    record.clear();
    assertTrue(record.memory().byteSize() < 1 << 20);
    assertTrue(record.isEmpty());
    assertEquals(JournalFormat.RECORD_HEADER_BYTES, record.bytes());
    assertHolds(List.of());
  }

  @Test
  void refusedEntry_doesNotChangeTheRecord() {
    MemorySegment bytes = Arena.ofAuto().allocate(StoreKey.MAX_USER_KEY_BYTES + 1);
    record.put(7, bytes, 0, 3, bytes, 0, 3);
    assertThrows(
        IllegalArgumentException.class,
        () -> record.delete(7, bytes, 0, StoreKey.MAX_USER_KEY_BYTES + 1));
    assertThrows(IllegalArgumentException.class, () -> record.delete(7, bytes, 0, -1));
    assertThrows(
        IllegalArgumentException.class, () -> record.put(7, bytes, 0, 3, bytes, 0, 1L << 31));
    assertThrows(IllegalArgumentException.class, () -> record.put(7, bytes, 0, 3, bytes, 0, -1));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> record.put(7, bytes, 0, 3, bytes, 0, bytes.byteSize() + 1));
    assertThrows(
        IndexOutOfBoundsException.class, () -> record.delete(7, bytes, bytes.byteSize(), 1));
    assertHolds(List.of(new Written(7, new byte[3], new byte[3], false)));
  }

  @Test
  void release_leavesSmallMemory() {
    MemoryBudget budget = new MemoryBudget(64 << 20);
    try (RecordBuffers buffers = new RecordBuffers(budget)) {
      for (int i = 0; i < 50; i++) {
        RecordBuilder idle = new RecordBuilder(buffers);
        byte[] value = new byte[i * 100_000];
        idle.put(1, new byte[i], value);
        assertTrue(value.length < 20_000 || budget.usedBytes() > 0);
        idle.release();
        assertTrue(idle.memory().byteSize() <= RecordBuffers.SMALL_BYTES);
        idle.clear();
        idle.putBorrowed(1, new byte[i], value);
        assertTrue(idle.memory().byteSize() <= RecordBuffers.SMALL_BYTES, "borrowed");
        assertTrue(idle.count() > 0);
        idle.release();
        assertFalse(idle.isBorrowed());
      }
      assertTrue(budget.usedBytes() <= 2 << 20, "kept: " + budget);
    }
  }
}
