package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * From where to where the bytes behind a shared beginning go, in some keys of a tree.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class ByteRanges {

  /** So few keys may differ less from each other than those to come. */
  private static final int ENOUGH = 64;

  /** A narrower range may move from generation to generation, as that of a counter's byte does. */
  private static final int WIDE = 32;

  private final byte[] shared;
  private final int[] lows = new int[TreeKeyNormalizer.MAX_DIGITS];
  private final int[] highs = new int[TreeKeyNormalizer.MAX_DIGITS];
  private int keys;
  private int digits;

  /**
   * @param shared what the keys begin with
   */
  ByteRanges(byte[] shared) {
    this.shared = shared;
    Arrays.fill(lows, 0xff);
  }

  /** Takes a look at a key, which begins with the shared bytes. */
  void add(MemorySegment key, long offset, int length) {
    keys++;
    int count = Math.min(length - shared.length, TreeKeyNormalizer.MAX_DIGITS);
    digits = Math.max(digits, count);
    for (int i = 0; i < count; i++) {
      int value = key.get(ValueLayout.JAVA_BYTE, offset + shared.length + i) & 0xff;
      lows[i] = Math.min(lows[i], value);
      highs[i] = Math.max(highs[i], value);
    }
  }

  /** What keys like these look like. */
  TreeKeyNormalizer shape() {
    if (keys < ENOUGH) {
      return TreeKeyNormalizer.of(shared);
    }
    byte[] from = new byte[digits];
    byte[] to = new byte[digits];
    for (int i = 0; i < digits; i++) {
      int low = lows[i];
      int high = highs[i];
      int spread = high - low + 1;
      if (spread > 1 && low >= '0' && high <= '9') {
        low = '0';
        high = '9';
      } else if (spread > 1 && spread < WIDE) {
        low = Math.max(0, low - spread);
        high = Math.min(0xff, high + spread);
      }
      from[i] = (byte) low;
      to[i] = (byte) high;
    }
    return TreeKeyNormalizer.of(shared, from, to);
  }
}
