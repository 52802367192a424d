package dev.firn.memtable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TreeKeyNormalizerTest {

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void number_anyRanges_keepsOrder() {
    Random seeds = new Random(RandomKeys.seed());
    for (int round = 0; round < 300; round++) {
      Random random = new Random(seeds.nextLong());
      TreeKeyNormalizer shape = shape(random);
      int values = 2 + random.nextInt(255);
      byte[][] keys = new byte[200][];
      Arrays.setAll(keys, i -> key(random, values));
      Arrays.sort(keys, Arrays::compareUnsigned);
      long before = 0;
      for (byte[] key : keys) {
        long number = number(shape, key);
        assertTrue(before <= number && number <= TreeKeyNormalizer.MAX_NUMBER, "number=" + number);
        before = number;
      }
    }
  }

  private static TreeKeyNormalizer shape(Random random) {
    int digits = random.nextInt(TreeKeyNormalizer.MAX_DIGITS + 1);
    byte[] lows = new byte[digits];
    byte[] highs = new byte[digits];
    for (int i = 0; i < digits; i++) {
      int low = random.nextInt(256);
      lows[i] = (byte) low;
      highs[i] = (byte) (random.nextInt(3) == 0 ? low : low + random.nextInt(256 - low));
    }
    return TreeKeyNormalizer.of(new byte[] {0, 0, 0, 1, 5}, lows, highs);
  }

  private static byte[] key(Random random, int values) {
    byte[] key = new byte[4 + random.nextInt(20)];
    for (int i = 4; i < key.length; i++) {
      key[i] = (byte) (i == 4 && random.nextInt(8) > 0 ? 5 : random.nextInt(values));
    }
    key[3] = 1;
    return key;
  }

  @Test
  void number_nineDecimalDigitsBehindTheSameBytes_areAllDifferent() {
    ByteRanges ranges = new ByteRanges(userKey("item"));
    for (int i = 0; i < 100; i++) {
      byte[] key = userKey("item::%04d--%05d".formatted(i * 97 % 10_000, i * 977 % 100_000));
      ranges.add(MemorySegment.ofArray(key), 0, key.length);
    }
    TreeKeyNormalizer shape = ranges.shape();
    long before = -1;
    for (int i = 0; i < 10_000; i++) {
      long number = number(shape, userKey("item::%04d--%05d".formatted(i / 3, i % 3)));
      assertTrue(number > before);
      before = number;
    }
  }

  @Test
  void ranges_ofFewKeys_areNotBelieved() {
    ByteRanges ranges = new ByteRanges(userKey("a"));
    byte[] key = userKey("ab");
    for (int i = 0; i < 10; i++) {
      ranges.add(MemorySegment.ofArray(key), 0, key.length);
    }
    assertTrue(number(ranges.shape(), userKey("ac")) > number(ranges.shape(), userKey("ab")));
  }

  @Test
  void ranges_narrow_leaveRoomForWhatComesNext() {
    ByteRanges ranges = new ByteRanges(userKey(""));
    for (int i = 0; i < 100; i++) {
      byte[] key = Generation.key(1, new byte[] {(byte) (100 + i % 4)});
      ranges.add(MemorySegment.ofArray(key), 0, key.length);
    }
    TreeKeyNormalizer shape = ranges.shape();
    long before = -1;
    for (int value = 96; value < 108; value++) {
      long number = number(shape, Generation.key(1, new byte[] {(byte) value}));
      assertTrue(number > before, "value=" + value);
      before = number;
    }
    assertEquals(0, number(shape, Generation.key(1, new byte[] {1})));
  }

  private static byte[] userKey(String key) {
    return Generation.key(1, key.getBytes(UTF_8));
  }

  private long number(TreeKeyNormalizer shape, byte[] key) {
    MemorySegment shared = Generation.copy(arena, shape.shared());
    return shape.number(shared, 0, Generation.copy(arena, key), 0, key.length);
  }
}
