package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The ranges of the bytes that follow the shared prefix of a tree's keys, collected from a sample
 * of the keys.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class ByteRanges {

  /** The minimum count of sampled keys; fewer may differ less than the keys to come. */
  private static final int MIN_KEYS = 64;

  /** A narrower range may move from generation to generation, as that of a counter's byte does. */
  private static final int WIDE = 32;

  private final byte[] prefix;
  private final int[] mins = new int[TreeKeyNormalizer.MAX_DIGITS];
  private final int[] maxs = new int[TreeKeyNormalizer.MAX_DIGITS];
  private int keys;
  private int digits;

  /**
   * @param prefix the bytes that all keys begin with
   */
  ByteRanges(byte[] prefix) {
    this.prefix = prefix;
    Arrays.fill(mins, 0xff);
  }

  /** Adds a key, which begins with the prefix. */
  void add(MemorySegment key, long offset, int length) {
    keys++;
    int count = Math.min(length - prefix.length, TreeKeyNormalizer.MAX_DIGITS);
    digits = Math.max(digits, count);
    for (int i = 0; i < count; i++) {
      int value = key.get(ValueLayout.JAVA_BYTE, offset + prefix.length + i) & 0xff;
      mins[i] = Math.min(mins[i], value);
      maxs[i] = Math.max(maxs[i], value);
    }
  }

  /** The normalizer for keys like those added. */
  TreeKeyNormalizer normalizer() {
    if (keys < MIN_KEYS) {
      return TreeKeyNormalizer.of(prefix);
    }
    byte[] from = new byte[digits];
    byte[] to = new byte[digits];
    for (int i = 0; i < digits; i++) {
      int min = mins[i];
      int max = maxs[i];
      int spread = max - min + 1;
      if (spread > 1 && min >= '0' && max <= '9') {
        min = '0';
        max = '9';
      } else if (spread > 1 && spread < WIDE) {
        min = Math.max(0, min - spread);
        max = Math.min(0xff, max + spread);
      }
      from[i] = (byte) min;
      to[i] = (byte) max;
    }
    return TreeKeyNormalizer.of(prefix, from, to);
  }
}
