package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * What the store keys of one tree are taken to look like: the bytes they all begin with, and from
 * where to where each of the bytes behind those goes. From that follows a number for each key.
 *
 * <p>The numbers keep the order: of two keys with unequal numbers the one with the smaller number
 * is the smaller key, whatever the keys look like; equal numbers say nothing. A byte is a digit of
 * the number, and has as many values as its range: so 32 bits tell apart 9 decimal digits, and
 * bytes that are the same in all keys take nothing. A key ends with the first byte outside of its
 * range, as far as its number goes.
 *
 * <p><b>Threading.</b> Immutable.
 */
final class TreeKeyNormalizer {

  /** Bits of a number. */
  static final int BITS = 32;

  static final long MAX_NUMBER = (1L << BITS) - 1;

  /** The most bytes behind the shared ones that are looked at. */
  static final int MAX_DIGITS = 32;

  /** Numbers are computed with so many bits more than they have. */
  private static final int FRACTION_BITS = 30;

  private static final long ALL = 1L << (BITS + FRACTION_BITS);

  private static final int BYTE_VALUES = 256;

  private final byte[] shared;

  private final byte[] lows;
  private final byte[] highs;

  /** The part of all numbers that one value of a digit has; as many as count. */
  private final long[] weights;

  private TreeKeyNormalizer(byte[] shared, byte[] lows, byte[] highs) {
    this.shared = shared;
    this.lows = lows;
    this.highs = highs;
    this.weights = weights(lows, highs);
  }

  private static long[] weights(byte[] lows, byte[] highs) {
    long[] weights = new long[lows.length];
    long weight = ALL;
    int count = 0;
    while (count < lows.length && weight > 1L << FRACTION_BITS) {
      weight /= (highs[count] & 0xff) - (lows[count] & 0xff) + 1;
      weights[count++] = weight;
    }
    return Arrays.copyOf(weights, count);
  }

  /** Of keys that are known to share some bytes. */
  static TreeKeyNormalizer of(byte[] shared) {
    byte[] highs = new byte[BITS / Byte.SIZE];
    Arrays.fill(highs, (byte) (BYTE_VALUES - 1));
    return new TreeKeyNormalizer(shared, new byte[highs.length], highs);
  }

  /** Of keys of which, too, the ranges of the following bytes are known. */
  static TreeKeyNormalizer of(byte[] shared, byte[] lows, byte[] highs) {
    return new TreeKeyNormalizer(shared, lows, highs);
  }

  /** The bytes that all keys begin with, the tree's id included. Not to be changed. */
  byte[] shared() {
    return shared;
  }

  /** Whether nothing is known but the tree. */
  boolean isUnknown() {
    return shared.length == StoreKey.TREE_BYTES;
  }

  /**
   * The number of a store key.
   *
   * @param start holds the shared bytes at {@code startOffset}
   */
  long number(MemorySegment start, long startOffset, MemorySegment key, long offset, int length) {
    int same = KeyOrder.commonPrefix(start, startOffset, shared.length, key, offset, length);
    if (same < shared.length) {
      boolean below =
          same == length
              || (key.get(ValueLayout.JAVA_BYTE, offset + same) & 0xff) < (shared[same] & 0xff);
      return below ? 0 : MAX_NUMBER;
    }
    return digits(key, offset + same, length - same) >>> FRACTION_BITS;
  }

  private long digits(MemorySegment key, long offset, int length) {
    long[] weights = this.weights;
    int count = Math.min(weights.length, length);
    long number = 0;
    for (int i = 0; i < count; i++) {
      int value = key.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff;
      int low = lows[i] & 0xff;
      int high = highs[i] & 0xff;
      if (value < low) {
        return number;
      }
      if (value > high) {
        return number + weights[i] * (high - low + 1) - 1;
      }
      number += weights[i] * (value - low);
    }
    return number;
  }

  boolean isSame(TreeKeyNormalizer other) {
    return Arrays.equals(shared, other.shared)
        && Arrays.equals(lows, other.lows)
        && Arrays.equals(highs, other.highs);
  }
}
