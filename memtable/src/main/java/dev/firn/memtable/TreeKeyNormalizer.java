package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Maps the store keys of one tree to normalized keys, by what the keys are expected to look like:
 * the prefix that all of them share, and the range of each byte after it.
 *
 * <p>The map keeps the order: of two keys with unequal normalized keys, the one with the smaller
 * normalized key is the smaller key, whatever the keys look like; equal normalized keys do not
 * order the keys. A byte is a digit of the normalized key, with as many values as its range. So 32
 * bits distinguish 9 decimal digits, and bytes that are the same in all keys take no bits. The
 * first byte outside its range ends the digits of a key.
 *
 * <p><b>Threading.</b> Immutable.
 */
final class TreeKeyNormalizer {

  /** Bits of a normalized key. */
  static final int BITS = 32;

  static final long MAX_NORMALIZED = (1L << BITS) - 1;

  /** The maximum count of bytes after the prefix that are used. */
  static final int MAX_DIGITS = 32;

  /** Extra bits of precision in the computation. */
  private static final int FRACTION_BITS = 30;

  private static final long ALL = 1L << (BITS + FRACTION_BITS);

  private static final int BYTE_VALUES = 256;

  private final byte[] prefix;

  private final byte[] mins;
  private final byte[] maxs;

  /** For each digit that is used, the part of all normalized keys that one value of it takes. */
  private final long[] weights;

  private TreeKeyNormalizer(byte[] prefix, byte[] mins, byte[] maxs) {
    this.prefix = prefix;
    this.mins = mins;
    this.maxs = maxs;
    this.weights = weights(mins, maxs);
  }

  private static long[] weights(byte[] mins, byte[] maxs) {
    long[] weights = new long[mins.length];
    long weight = ALL;
    int count = 0;
    while (count < mins.length && weight > 1L << FRACTION_BITS) {
      weight /= (maxs[count] & 0xff) - (mins[count] & 0xff) + 1;
      weights[count++] = weight;
    }
    return Arrays.copyOf(weights, count);
  }

  /** For keys whose shared prefix is known. */
  static TreeKeyNormalizer of(byte[] prefix) {
    byte[] maxs = new byte[BITS / Byte.SIZE];
    Arrays.fill(maxs, (byte) (BYTE_VALUES - 1));
    return new TreeKeyNormalizer(prefix, new byte[maxs.length], maxs);
  }

  /** For keys whose shared prefix and ranges of the following bytes are known. */
  static TreeKeyNormalizer of(byte[] prefix, byte[] mins, byte[] maxs) {
    return new TreeKeyNormalizer(prefix, mins, maxs);
  }

  /** The bytes that all keys begin with, the tree's id included. Not to be changed. */
  byte[] prefix() {
    return prefix;
  }

  /** Whether nothing but the tree is known. */
  boolean isUnknown() {
    return prefix.length == StoreKey.TREE_BYTES;
  }

  /**
   * The normalized key of a store key.
   *
   * @param prefixes holds {@link #prefix} at {@code prefixOffset}
   */
  long normalize(
      MemorySegment prefixes, long prefixOffset, MemorySegment key, long offset, int length) {
    int same = KeyOrder.commonPrefix(prefixes, prefixOffset, prefix.length, key, offset, length);
    if (same < prefix.length) {
      boolean below =
          same == length
              || (key.get(ValueLayout.JAVA_BYTE, offset + same) & 0xff) < (prefix[same] & 0xff);
      return below ? 0 : MAX_NORMALIZED;
    }
    return digits(key, offset + same, length - same) >>> FRACTION_BITS;
  }

  private long digits(MemorySegment key, long offset, int length) {
    long[] weights = this.weights;
    int count = Math.min(weights.length, length);
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int value = key.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff;
      int min = mins[i] & 0xff;
      int max = maxs[i] & 0xff;
      if (value < min) {
        return sum;
      }
      if (value > max) {
        return sum + weights[i] * (max - min + 1) - 1;
      }
      sum += weights[i] * (value - min);
    }
    return sum;
  }

  boolean isSame(TreeKeyNormalizer other) {
    return Arrays.equals(prefix, other.prefix)
        && Arrays.equals(mins, other.mins)
        && Arrays.equals(maxs, other.maxs);
  }
}
