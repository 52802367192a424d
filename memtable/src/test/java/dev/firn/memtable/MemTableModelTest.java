package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.memtable.Generation.Entry;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random operations on a memtable and on a sorted set give the same answers. */
class MemTableModelTest {

  private static final int ROUNDS = 150;
  private static final int ENTRIES = 600;

  private final TreeSet<Entry> model = new TreeSet<>(Entry.ORDER);

  @Test
  void allOperations_matchSortedSet() {
    Random seeds = new Random(RandomKeys.seed());
    KeyNormalizer learned = KeyNormalizer.none();
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(seeds.nextLong());
      RandomKeys keys = new RandomKeys(random);
      KeyNormalizer normalizer = random.nextBoolean() ? keys.normalizer() : learned;
      model.clear();
      try (Generation generation = new Generation(1 << 17, 1 << 14, normalizer, random.nextLong());
          InternalCursor cursor = generation.table.cursor()) {
        long sequence = 8;
        long disorder = random.nextInt(8);
        for (int i = 0; i < ENTRIES; i++) {
          // Threads insert out of order: a block of sequences backwards.
          insert(generation, random, keys, sequence++ ^ disorder);
          if (random.nextInt(4) == 0) {
            checkGet(generation, keys.next(), random.nextInt((int) sequence));
            move(generation, random, keys, cursor, sequence);
          }
        }
        assertEquals(model.size(), generation.table.entries());
        checkScans(cursor);
        learned = generation.table.learnNormalizer();
      }
    }
  }

  private void insert(Generation generation, Random random, RandomKeys keys, long sequence) {
    boolean put = random.nextInt(4) > 0;
    byte[] value = new byte[put ? random.nextInt(8) : 0];
    random.nextBytes(value);
    byte[] key = keys.next();
    if (!model.isEmpty() && random.nextInt(4) == 0) {
      Entry near = model.ceiling(new Entry(key, 0, value));
      key = near == null ? key : near.key();
    }
    Entry entry = new Entry(key, SequenceNumber.trailer(sequence, put ? 1 : 0), value);
    assertTrue(generation.insert(entry));
    model.add(entry);
  }

  private void checkGet(Generation generation, byte[] key, long sequence) {
    long trailer = SequenceNumber.seekTrailer(sequence);
    Entry expected = model.ceiling(new Entry(key, trailer, new byte[0]));
    if (expected != null && !Arrays.equals(expected.key(), key)) {
      expected = null;
    }
    assertSame(expected, generation.get(key, trailer));
  }

  private void move(
      Generation generation, Random random, RandomKeys keys, InternalCursor cursor, long sequence) {
    byte[] key = keys.next();
    MemorySegment segment = generation.segment(key);
    long trailer = random.nextInt(3) - 1L;
    if (random.nextBoolean()) {
      trailer = SequenceNumber.seekTrailer(random.nextInt((int) sequence));
    }
    Entry bound = new Entry(key, trailer, new byte[0]);
    Entry at =
        switch (random.nextInt(4)) {
          case 0 -> stand(cursor, cursor.first(), model.isEmpty() ? null : model.first());
          case 1 -> stand(cursor, cursor.last(), model.isEmpty() ? null : model.last());
          case 2 ->
              stand(cursor, cursor.seek(segment, 0, key.length, trailer), model.ceiling(bound));
          default ->
              stand(cursor, cursor.seekBefore(segment, 0, key.length, trailer), model.lower(bound));
        };
    int bias = random.nextInt(11);
    for (int steps = random.nextInt(60); at != null && steps > 0; steps--) {
      at =
          random.nextInt(10) < bias
              ? stand(cursor, cursor.next(), model.higher(at))
              : stand(cursor, cursor.prev(), model.lower(at));
    }
  }

  private static @Nullable Entry stand(
      InternalCursor cursor, boolean moved, @Nullable Entry expected) {
    assertEquals(moved, cursor.isValid());
    assertSame(expected, moved ? Generation.entry(cursor) : null);
    return expected;
  }

  private void checkScans(InternalCursor cursor) {
    boolean more = cursor.first();
    for (Entry expected : model) {
      assertTrue(more);
      assertSame(expected, Generation.entry(cursor));
      more = cursor.next();
    }
    assertFalse(more);
    more = cursor.last();
    for (Entry expected : model.descendingSet()) {
      assertTrue(more);
      assertSame(expected, Generation.entry(cursor));
      more = cursor.prev();
    }
    assertFalse(more);
  }

  private static void assertSame(@Nullable Entry expected, @Nullable Entry actual) {
    if (expected == null) {
      assertNull(actual);
      return;
    }
    assertNotNull(actual, expected::toString);
    assertArrayEquals(expected.key(), actual.key());
    assertEquals(expected.trailer(), actual.trailer());
    assertArrayEquals(expected.value(), actual.value());
  }
}
