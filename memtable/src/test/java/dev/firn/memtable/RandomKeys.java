package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/** Awkward store keys: many trees, shared prefixes, runs of 0x00 and 0xff, empty user keys. */
final class RandomKeys {

  private static final int[] TREES = {0, 1, 2, 3, 7, 8, 9, 200, 0x7fffffff, 0x80000000, -2, -1};

  private final Random random;
  private final int trees;
  private final byte[][] stems;

  RandomKeys(Random random) {
    this.random = random;
    this.trees = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(TREES.length);
    this.stems = new byte[1 + random.nextInt(4)][];
    for (int i = 0; i < stems.length; i++) {
      stems[i] = bytes(random.nextInt(14));
    }
  }

  /** The seed of a random test: a new one each time, or that of {@code -Dfirn.seed}. */
  static long seed() {
    long seed = Long.getLong("firn.seed", new Random().nextLong());
    System.out.println("-Dfirn.seed=" + seed);
    return seed;
  }

  byte[] next() {
    int tree = TREES[random.nextInt(trees)];
    byte[] stem = stems[random.nextInt(stems.length)];
    byte[] tail = bytes(random.nextInt(5));
    int cut = random.nextInt(8) == 0 ? random.nextInt(stem.length + 1) : stem.length;
    byte[] key = Arrays.copyOf(stem, cut + tail.length);
    System.arraycopy(tail, 0, key, cut, tail.length);
    return Generation.key(tree, key);
  }

  /** A normalizer that is mostly wrong, learned from keys like these. */
  KeyNormalizer normalizer() {
    KeyNormalizer normalizer = KeyNormalizer.none();
    for (int n = random.nextInt(12); n > 0; n--) {
      byte[] key = next();
      byte[] other = Arrays.copyOf(key, 4 + random.nextInt(24));
      normalizer = normalizer.learn(key, other);
      if (random.nextBoolean()) {
        normalizer = withRanges(normalizer, key);
      }
    }
    return normalizer;
  }

  /** A normalizer with byte ranges, learned from few of the keys again and again. */
  private KeyNormalizer withRanges(KeyNormalizer normalizer, byte[] key) {
    KeyNormalizer.Builder builder = normalizer.new Builder();
    builder.addPrefix(Arrays.copyOf(key, 4 + random.nextInt(key.length - 3)));
    byte[][] few = new byte[1 + random.nextInt(5)][];
    Arrays.setAll(few, i -> random.nextBoolean() ? key : next());
    for (int i = 0; i < 200; i++) {
      byte[] one = few[random.nextInt(few.length)];
      builder.addSample(MemorySegment.ofArray(one), 0, one.length);
    }
    KeyNormalizer learned = builder.finish();
    long first = random.nextInt() & TreeKeyNormalizer.MAX_NORMALIZED;
    return learned.withExpectedRange(
        first, first + (random.nextInt() & TreeKeyNormalizer.MAX_NORMALIZED - first));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> (byte) ('a' + random.nextInt(3));
            default -> (byte) random.nextInt(256);
          };
    }
    return bytes;
  }
}
