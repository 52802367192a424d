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
  void normalize_anyRanges_keepsOrder() {
    Random seeds = new Random(RandomKeys.seed());
    for (int round = 0; round < 300; round++) {
      Random random = new Random(seeds.nextLong());
      TreeKeyNormalizer normalizer = normalizer(random);
      int values = 2 + random.nextInt(255);
      byte[][] keys = new byte[200][];
      Arrays.setAll(keys, i -> key(random, values));
      Arrays.sort(keys, Arrays::compareUnsigned);
      long before = 0;
      for (byte[] key : keys) {
        long normalized = normalize(normalizer, key);
        assertTrue(
            before <= normalized && normalized <= TreeKeyNormalizer.MAX_NORMALIZED,
            "normalized=" + normalized);
        before = normalized;
      }
    }
  }

  private static TreeKeyNormalizer normalizer(Random random) {
    int digits = random.nextInt(TreeKeyNormalizer.MAX_DIGITS + 1);
    byte[] mins = new byte[digits];
    byte[] maxs = new byte[digits];
    for (int i = 0; i < digits; i++) {
      int min = random.nextInt(256);
      mins[i] = (byte) min;
      maxs[i] = (byte) (random.nextInt(3) == 0 ? min : min + random.nextInt(256 - min));
    }
    return TreeKeyNormalizer.of(new byte[] {0, 0, 0, 1, 5}, mins, maxs);
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
  void normalize_nineDecimalDigitsAfterThePrefix_areAllDifferent() {
    ByteRanges ranges = new ByteRanges(userKey("item"));
    for (int i = 0; i < 100; i++) {
      byte[] key = userKey("item::%04d--%05d".formatted(i * 97 % 10_000, i * 977 % 100_000));
      ranges.add(MemorySegment.ofArray(key), 0, key.length);
    }
    TreeKeyNormalizer normalizer = ranges.normalizer();
    long before = -1;
    for (int i = 0; i < 10_000; i++) {
      long normalized = normalize(normalizer, userKey("item::%04d--%05d".formatted(i / 3, i % 3)));
      assertTrue(normalized > before);
      before = normalized;
    }
  }

  @Test
  void ranges_ofFewKeys_areNotUsed() {
    ByteRanges ranges = new ByteRanges(userKey("a"));
    byte[] key = userKey("ab");
    for (int i = 0; i < 10; i++) {
      ranges.add(MemorySegment.ofArray(key), 0, key.length);
    }
    assertTrue(
        normalize(ranges.normalizer(), userKey("ac"))
            > normalize(ranges.normalizer(), userKey("ab")));
  }

  @Test
  void ranges_narrow_leaveRoomForWhatComesNext() {
    ByteRanges ranges = new ByteRanges(userKey(""));
    for (int i = 0; i < 100; i++) {
      byte[] key = Generation.key(1, new byte[] {(byte) (100 + i % 4)});
      ranges.add(MemorySegment.ofArray(key), 0, key.length);
    }
    TreeKeyNormalizer normalizer = ranges.normalizer();
    long before = -1;
    for (int value = 96; value < 108; value++) {
      long normalized = normalize(normalizer, Generation.key(1, new byte[] {(byte) value}));
      assertTrue(normalized > before, "value=" + value);
      before = normalized;
    }
    assertEquals(0, normalize(normalizer, Generation.key(1, new byte[] {1})));
  }

  private static byte[] userKey(String key) {
    return Generation.key(1, key.getBytes(UTF_8));
  }

  private long normalize(TreeKeyNormalizer normalizer, byte[] key) {
    MemorySegment prefix = Generation.copy(arena, normalizer.prefix());
    return normalizer.normalize(prefix, 0, Generation.copy(arena, key), 0, key.length);
  }
}
