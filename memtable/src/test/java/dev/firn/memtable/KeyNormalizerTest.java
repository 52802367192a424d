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
  void number_anyHints_keepsOrder() {
    Random seeds = new Random(RandomKeys.seed());
    for (int round = 0; round < 200; round++) {
      Random random = new Random(seeds.nextLong());
      RandomKeys keys = new RandomKeys(random);
      KeyNormalizer hints = keys.hints();
      byte[][] sorted = new byte[200][];
      Arrays.setAll(sorted, i -> keys.next());
      Arrays.sort(sorted, Arrays::compareUnsigned);
      long before = 0;
      for (byte[] key : sorted) {
        long number = number(hints, key);
        assertTrue(before <= number && number <= TreeKeyNormalizer.MAX_NUMBER);
        before = number;
      }
    }
  }

  @Test
  void number_usefulHint_tellsKeysApart() {
    KeyNormalizer hints = hint(KeyNormalizer.none(), 3, "user0000", "user9999");
    assertEquals(8, hints.sharedBytes(3));
    long[] numbers = new long[100];
    Arrays.setAll(numbers, i -> number(hints, key(3, "user%02d".formatted(i))));
    assertEquals(100, Arrays.stream(numbers).distinct().count());
  }

  @Test
  void number_afterManyKeys_tellsDigitsApart() {
    KeyNormalizer.Learner learner = KeyNormalizer.none().new Learner();
    learner.learn(key(3, "user"));
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      int drawn = random.nextInt(100_000_000);
      sample(learner, key(3, "user%04d:%04d".formatted(drawn / 10_000, drawn % 10_000)));
    }
    KeyNormalizer hints = learner.finish();
    assertEquals(8, hints.sharedBytes(3));
    long before = -1;
    for (int i = 0; i < 1000; i++) {
      long number = number(hints, key(3, "user1%03d:%03d9".formatted(i / 40, i % 40)));
      assertTrue(before < number);
      before = number;
    }
  }

  @Test
  void learn_sameKeysAgain_isTheSame() {
    KeyNormalizer none = KeyNormalizer.none();
    assertSame(none, none.new Learner().finish());
    KeyNormalizer first = learned(none, 1);
    assertSame(first, learned(first, 2));
    assertSame(first, first.withNumbers(first.lowest() + 1, first.highest() - 1));
    KeyNormalizer moved = first.withNumbers(1 << 20, 1 << 24);
    assertEquals(1 << 20, moved.lowest());
    assertEquals(1 << 24, moved.highest());
    assertEquals(number(first, key(3, "user123")), number(moved, key(3, "user123")));
  }

  private KeyNormalizer learned(KeyNormalizer hints, int seed) {
    KeyNormalizer.Learner learner = hints.new Learner();
    learner.learn(key(3, "user"));
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      sample(learner, key(3, "user%03d".formatted(random.nextInt(1000))));
    }
    return learner.finish();
  }

  private void sample(KeyNormalizer.Learner learner, byte[] key) {
    learner.sample(Generation.copy(arena, key), 0, key.length);
  }

  @Test
  void number_newTrees_tellKeysApart() {
    KeyNormalizer none = KeyNormalizer.none();
    for (int tree = 0; tree < 8; tree++) {
      assertNotEquals(number(none, key(tree, "123")), number(none, key(tree, "124")));
      assertNotEquals(number(none, key(tree, "x")), number(none, key(tree + 1, "x")));
    }
    KeyNormalizer some = hint(none, 1000, "a1", "a2");
    assertNotEquals(number(some, key(1001, "12")), number(some, key(1001, "13")));
  }

  @Test
  void learn_differentTreesOrOneKey_saysNothing() {
    KeyNormalizer none = KeyNormalizer.none();
    assertSame(none, none.learn(key(1, "a"), key(2, "a")));
    assertSame(none, none.learn(key(1, "a"), key(1, "a")));
    assertSame(none, none.learn(new byte[0], new byte[0]));
  }

  @Test
  void learn_looserHint_isKeptWhileItStillFits() {
    KeyNormalizer hints = hint(KeyNormalizer.none(), 1, "user0", "user9");
    hints = hint(hints, 1, "user0010", "user0019"); // 3 bytes more in common
    assertEquals(4 + 4, hints.sharedBytes(1));
    hints = hint(hints, 1, "user00010", "user00019"); // 4 bytes more
    assertEquals(4 + 4, hints.sharedBytes(1));
    hints = hint(hints, 1, "user000010", "user000019"); // 5 bytes more: worth it
    assertEquals(4 + 9, hints.sharedBytes(1));
    hints = hint(hints, 1, "user000050", "user000069"); // the range has moved on
    assertEquals(4 + 8, hints.sharedBytes(1));
    hints = hint(hints, 1, "a", "z");
    assertEquals(4, hints.sharedBytes(1));
    hints = hint(hints, 1, "user0", "user9");
    assertEquals(4 + 4, hints.sharedBytes(1));
  }

  @Test
  void learn_manyTrees_staysBounded() {
    KeyNormalizer.Learner first = KeyNormalizer.none().new Learner();
    for (int tree = 0; tree < 1500; tree++) {
      first.learn(key(2 * tree, "key"));
    }
    KeyNormalizer hints = first.finish();
    assertEquals(1024, knownTrees(hints));
    KeyNormalizer.Learner next = hints.new Learner();
    next.learn(key(4711, "key"));
    hints = next.finish();
    assertEquals(1024, knownTrees(hints));
    assertEquals(4 + 3, hints.sharedBytes(4711));
  }

  @Test
  void learn_veryLongSharedBytes_areCut() {
    String stem = "s".repeat(60_000);
    KeyNormalizer hints = hint(KeyNormalizer.none(), 1, stem + "a", stem + "b");
    assertEquals(4096, hints.sharedBytes(1));
  }

  private static long knownTrees(KeyNormalizer hints) {
    return IntStream.range(0, 5000).filter(tree -> hints.sharedBytes(tree) > 4).count();
  }

  private static KeyNormalizer hint(KeyNormalizer hints, int tree, String low, String high) {
    return hints.learn(key(tree, low), key(tree, high));
  }

  private static byte[] key(int tree, String userKey) {
    return Generation.key(tree, userKey.getBytes(UTF_8));
  }

  private long number(KeyNormalizer hints, byte[] key) {
    MemorySegment segment = Generation.copy(arena, key);
    return hints.number(segment, 0, key.length);
  }
}
