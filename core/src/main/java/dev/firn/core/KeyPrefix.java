package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The normalized prefix of a key: the 8 bytes after the bytes that a set of keys shares, as an
 * unsigned number, so that most comparisons of keys are one comparison of numbers.
 *
 * <p>It keeps the order: a key below all keys with the shared bytes gets 0, a key above them gets
 * all ones, and a key that ends early is padded with zeros. So unequal prefixes order their keys;
 * equal prefixes do not, and the keys must be compared. A bad choice of shared bytes costs speed
 * only.
 */
public final class KeyPrefix {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final ValueLayout.OfInt HALF =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private KeyPrefix() {}

  /**
   * The normalized prefix of a key.
   *
   * @param shared holds the shared bytes at {@code sharedOffset}, {@code sharedLength} of them
   * @param key holds the key at {@code offset}, {@code length} bytes of it
   */
  public static long of(
      MemorySegment shared,
      long sharedOffset,
      int sharedLength,
      MemorySegment key,
      long offset,
      int length) {
    int same = KeyOrder.commonPrefix(shared, sharedOffset, sharedLength, key, offset, length);
    if (same < sharedLength) {
      boolean below =
          same == length
              || (key.get(ValueLayout.JAVA_BYTE, offset + same) & 0xff)
                  < (shared.get(ValueLayout.JAVA_BYTE, sharedOffset + same) & 0xff);
      return below ? 0 : -1L;
    }
    return word(key, offset + same, length - same);
  }

  /** The first 8 of {@code length} bytes as a big-endian number, padded with zeros. */
  public static long word(MemorySegment segment, long offset, int length) {
    if (length >= Long.BYTES) {
      return segment.get(WORD, offset);
    }
    return shortWord(segment, offset, length);
  }

  /** As {@link #word}, of fewer than 8 bytes. */
  static long shortWord(MemorySegment segment, long offset, int length) {
    if (length >= Integer.BYTES) {
      // Two halves that overlap if there are fewer than 8 bytes; the overlap is shifted out.
      long high = segment.get(HALF, offset);
      long low = segment.get(HALF, offset + length - Integer.BYTES) & 0xffffffffL;
      return high << 32 | (low << (8 * (Long.BYTES - length)) & 0xffffffffL);
    }
    if (length == 0) {
      return 0;
    }
    // First, middle and last byte: of fewer than three some are the same, with the same shift.
    int middle = length >>> 1;
    int last = length - 1;
    return (segment.get(ValueLayout.JAVA_BYTE, offset) & 0xffL) << 56
        | (segment.get(ValueLayout.JAVA_BYTE, offset + middle) & 0xffL) << (56 - 8 * middle)
        | (segment.get(ValueLayout.JAVA_BYTE, offset + last) & 0xffL) << (56 - 8 * last);
  }
}
