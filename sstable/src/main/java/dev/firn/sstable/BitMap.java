package dev.firn.sstable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A set of small numbers.
 *
 * <p><b>Threading.</b> Any thread may call. A reader may see an addition late; an addition orders
 * no other memory access.
 */
final class BitMap {

  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] words;

  BitMap(int size) {
    words = new long[(size + Long.SIZE - 1) >>> 6];
  }

  boolean contains(int number) {
    return ((long) WORDS.getOpaque(words, number >>> 6) & 1L << number) != 0;
  }

  void clear() {
    for (int i = 0; i < words.length; i++) {
      WORDS.setOpaque(words, i, 0L);
    }
  }

  void add(int number) {
    WORDS.getAndBitwiseOr(words, number >>> 6, 1L << number);
  }
}
