package dev.firn.memtable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyNormalizerTest {

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void normalize_anyNormalizer_keepsOrder() {
    Random seeds = new Random(RandomKeys.seed());
    for (int round = 0; round < 200; round++) {
      Random random = new Random(seeds.nextLong());
      RandomKeys keys = new RandomKeys(random);
      KeyNormalizer normalizer = keys.normalizer();
      byte[][] sorted = new byte[200][];
      Arrays.setAll(sorted, i -> keys.next());
      Arrays.sort(sorted, Arrays::compareUnsigned);
      long before = 0;
      for (byte[] key : sorted) {
        long normalized = normalize(normalizer, key);
        assertTrue(before <= normalized && normalized <= TreeKeyNormalizer.MAX_NORMALIZED);
        before = normalized;
      }
    }
  }

  @Test
  void normalize_expectedPrefix_distinguishesKeys() {
    KeyNormalizer normalizer = learn(KeyNormalizer.none(), 3, "user0000", "user9999");
    assertEquals(8, normalizer.prefixBytes(3));
    long[] normalized = new long[100];
    Arrays.setAll(normalized, i -> normalize(normalizer, key(3, "user%02d".formatted(i))));
    assertEquals(100, Arrays.stream(normalized).distinct().count());
  }

  @Test
  void normalize_afterManyKeys_distinguishesDigits() {
    KeyNormalizer.Builder builder = KeyNormalizer.none().new Builder();
    builder.addPrefix(key(3, "user"));
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      int drawn = random.nextInt(100_000_000);
      sample(builder, key(3, "user%04d:%04d".formatted(drawn / 10_000, drawn % 10_000)));
    }
    KeyNormalizer normalizer = builder.finish();
    assertEquals(8, normalizer.prefixBytes(3));
    long before = -1;
    for (int i = 0; i < 1000; i++) {
      long normalized = normalize(normalizer, key(3, "user1%03d:%03d9".formatted(i / 40, i % 40)));
      assertTrue(before < normalized);
      before = normalized;
    }
  }

  @Test
  void learn_sameKeysAgain_isTheSame() {
    KeyNormalizer none = KeyNormalizer.none();
    assertSame(none, none.new Builder().finish());
    KeyNormalizer first = learned(none, 1);
    assertSame(first, learned(first, 2));
    assertSame(first, first.withExpectedRange(first.minExpected() + 1, first.maxExpected() - 1));
    KeyNormalizer moved = first.withExpectedRange(1 << 20, 1 << 24);
    assertEquals(1 << 20, moved.minExpected());
    assertEquals(1 << 24, moved.maxExpected());
    assertEquals(normalize(first, key(3, "user123")), normalize(moved, key(3, "user123")));
  }

  private KeyNormalizer learned(KeyNormalizer normalizer, int seed) {
    KeyNormalizer.Builder builder = normalizer.new Builder();
    builder.addPrefix(key(3, "user"));
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      sample(builder, key(3, "user%03d".formatted(random.nextInt(1000))));
    }
    return builder.finish();
  }

  private void sample(KeyNormalizer.Builder builder, byte[] key) {
    builder.addSample(Generation.copy(arena, key), 0, key.length);
  }

  @Test
  void normalize_newTrees_distinguishesKeys() {
    KeyNormalizer none = KeyNormalizer.none();
    for (int tree = 0; tree < 8; tree++) {
      assertNotEquals(normalize(none, key(tree, "123")), normalize(none, key(tree, "124")));
      assertNotEquals(normalize(none, key(tree, "x")), normalize(none, key(tree + 1, "x")));
    }
    KeyNormalizer some = learn(none, 1000, "a1", "a2");
    assertNotEquals(normalize(some, key(1001, "12")), normalize(some, key(1001, "13")));
  }

  @Test
  void learn_differentTreesOrOneKey_changesNothing() {
    KeyNormalizer none = KeyNormalizer.none();
    assertSame(none, none.learn(key(1, "a"), key(2, "a")));
    assertSame(none, none.learn(key(1, "a"), key(1, "a")));
    assertSame(none, none.learn(new byte[0], new byte[0]));
  }

  @Test
  void learn_shorterPrefix_isKeptWhileItFits() {
    KeyNormalizer normalizer = learn(KeyNormalizer.none(), 1, "user0", "user9");
    normalizer = learn(normalizer, 1, "user0010", "user0019"); // 3 bytes more in common
    assertEquals(4 + 4, normalizer.prefixBytes(1));
    normalizer = learn(normalizer, 1, "user00010", "user00019"); // 4 bytes more
    assertEquals(4 + 4, normalizer.prefixBytes(1));
    normalizer = learn(normalizer, 1, "user000010", "user000019"); // 5 bytes more: worth it
    assertEquals(4 + 9, normalizer.prefixBytes(1));
    normalizer = learn(normalizer, 1, "user000050", "user000069"); // the range has moved on
    assertEquals(4 + 8, normalizer.prefixBytes(1));
    normalizer = learn(normalizer, 1, "a", "z");
    assertEquals(4, normalizer.prefixBytes(1));
    normalizer = learn(normalizer, 1, "user0", "user9");
    assertEquals(4 + 4, normalizer.prefixBytes(1));
  }

  @Test
  void learn_manyTrees_staysBounded() {
    KeyNormalizer.Builder first = KeyNormalizer.none().new Builder();
    for (int tree = 0; tree < 1500; tree++) {
      first.addPrefix(key(2 * tree, "key"));
    }
    KeyNormalizer normalizer = first.finish();
    assertEquals(1024, knownTrees(normalizer));
    KeyNormalizer.Builder next = normalizer.new Builder();
    next.addPrefix(key(4711, "key"));
    normalizer = next.finish();
    assertEquals(1024, knownTrees(normalizer));
    assertEquals(4 + 3, normalizer.prefixBytes(4711));
  }

  @Test
  void learn_veryLongPrefix_isCut() {
    String stem = "s".repeat(60_000);
    KeyNormalizer normalizer = learn(KeyNormalizer.none(), 1, stem + "a", stem + "b");
    assertEquals(4096, normalizer.prefixBytes(1));
  }

  private static long knownTrees(KeyNormalizer normalizer) {
    return IntStream.range(0, 5000).filter(tree -> normalizer.prefixBytes(tree) > 4).count();
  }

  private static KeyNormalizer learn(KeyNormalizer normalizer, int tree, String low, String high) {
    return normalizer.learn(key(tree, low), key(tree, high));
  }

  private static byte[] key(int tree, String userKey) {
    return Generation.key(tree, userKey.getBytes(UTF_8));
  }

  private long normalize(KeyNormalizer normalizer, byte[] key) {
    MemorySegment segment = Generation.copy(arena, key);
    return normalizer.normalize(segment, 0, key.length);
  }
}
