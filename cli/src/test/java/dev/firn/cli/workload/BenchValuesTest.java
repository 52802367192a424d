package dev.firn.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys and values of the workloads, and the order of keys. */
class BenchValuesTest {

  private final Arena arena = Arena.ofAuto();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 1000, 1024, 1025, 99_999})
  void shuffle_hasEveryNumberOnce(int size) {
    Shuffle shuffle = new Shuffle(size, 42);
    BitSet seen = new BitSet();
    for (int i = 0; i < size; i++) {
      long number = shuffle.at(i);
      assertTrue(number >= 0 && number < size);
      seen.set((int) number);
    }
    assertEquals(size, seen.cardinality());
  }

  /** In random order about half of the steps go up, and neighbours are far apart. */
  @Test
  void shuffle_looksRandom() {
    int size = 100_000;
    Shuffle shuffle = new Shuffle(size, 42);
    int up = 0;
    double distance = 0;
    for (int i = 1; i < size; i++) {
      long step = shuffle.at(i) - shuffle.at(i - 1);
      up += step > 0 ? 1 : 0;
      distance += Math.abs(step);
    }
    assertEquals(0.5, up / (double) size, 0.02);
    assertEquals(size / 3.0, distance / size, size * 0.02);
  }

  @Test
  void key_isDecimalAndCounts() {
    BenchKey key = new BenchKey(arena);
    assertEquals("0000000000001234", text(key.set(1234)));
    assertEquals("0000000000001234.", text(key.setMissing(1234)));
    key.set(1999);
    key.increment();
    assertEquals("0000000000002000", text(key.memory()));
    key.decrement();
    assertEquals("0000000000001999", text(key.memory()));
  }

  @Test
  void value_matchesItsKeyAndGenerationOnly() {
    BenchValues values = new BenchValues(100, 42, arena);
    MemorySegment value = arena.allocate(100);
    values.write(7, 3, value);
    assertTrue(values.matches(7, 3, 3, value, 100));
    assertTrue(values.matches(7, 2, 4, value, 100));
    assertFalse(values.matches(7, 4, 5, value, 100));
    assertFalse(values.matches(7, 1, 2, value, 100));
    assertFalse(values.matches(8, 3, 3, value, 100));
    assertFalse(values.matches(7, 3, 3, value, 99));
    assertFalse(values.matches(7, 3, 3, value, -1));
    value.set(ValueLayout.JAVA_BYTE, 99, (byte) 0);
    assertFalse(values.matches(7, 3, 3, value, 100));
  }

  @Test
  void bufferOfKeyAndValue_matches() {
    BenchKey key = new BenchKey(arena);
    assertTrue(key.matches(key.set(1234).asByteBuffer()));
    assertFalse(key.matches(key.setMissing(1234).asByteBuffer()));
    for (int bytes : new int[] {8, 12, 16, 20, 100, 101}) {
      BenchValues values = new BenchValues(bytes, 42, arena);
      MemorySegment value = arena.allocate(bytes);
      values.write(7, 3, value);
      assertTrue(values.matches(7, 3, 3, value.asByteBuffer()));
      assertTrue(values.matches(7, 3, 3, value, bytes));
      assertFalse(values.matches(7, 4, 4, value.asByteBuffer()));
      assertFalse(values.matches(7, 3, 3, value.asSlice(1).asByteBuffer()));
      value.set(ValueLayout.JAVA_BYTE, bytes - 1L, (byte) 0);
      assertFalse(values.matches(7, 3, 3, value.asByteBuffer()));
      assertFalse(values.matches(7, 3, 3, value, bytes));
    }
  }

  @Test
  void value_compressesByAboutHalf() throws Exception {
    BenchValues values = new BenchValues(10_000, 42, arena);
    MemorySegment value = arena.allocate(10_000);
    values.write(1, 0, value);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    // Matches only: what LZ4 finds too.
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(compressed, deflater)) {
      out.write(value.toArray(ValueLayout.JAVA_BYTE));
    } finally {
      deflater.end();
    }
    assertEquals(0.47, compressed.size() / 10_000.0, 0.1);
  }

  private static String text(MemorySegment segment) {
    return new String(segment.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
  }
}
