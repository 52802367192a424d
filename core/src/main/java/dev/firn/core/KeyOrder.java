package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The one order of keys: unsigned bytewise, a prefix before what it is a prefix of; among equal
 * keys the larger trailer first.
 */
public final class KeyOrder {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private KeyOrder() {}

  /**
   * Compares two ranges of bytes; negative, zero or positive as the first is less, equal or
   * greater.
   */
  public static int compare(
      MemorySegment a, long aOffset, int aLength, MemorySegment b, long bOffset, int bLength) {
    int common = Math.min(aLength, bLength);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long x = a.get(WORD, aOffset + i);
      long y = b.get(WORD, bOffset + i);
      if (x != y) {
        return Long.compareUnsigned(x, y);
      }
    }
    for (; i < common; i++) {
      int x = a.get(ValueLayout.JAVA_BYTE, aOffset + i) & 0xff;
      int y = b.get(ValueLayout.JAVA_BYTE, bOffset + i) & 0xff;
      if (x != y) {
        return x - y;
      }
    }
    return aLength - bLength;
  }

  /** Compares two internal keys: by key, and among equal keys by descending trailer. */
  public static int compare(
      MemorySegment a,
      long aOffset,
      int aLength,
      long aTrailer,
      MemorySegment b,
      long bOffset,
      int bLength,
      long bTrailer) {
    int c = compare(a, aOffset, aLength, b, bOffset, bLength);
    return c != 0 ? c : Long.compareUnsigned(bTrailer, aTrailer);
  }

  /** How many bytes two ranges have in common at their start. */
  public static int commonPrefix(
      MemorySegment a, long aOffset, int aLength, MemorySegment b, long bOffset, int bLength) {
    int common = Math.min(aLength, bLength);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long difference = a.get(WORD, aOffset + i) ^ b.get(WORD, bOffset + i);
      if (difference != 0) {
        return i + (Long.numberOfLeadingZeros(difference) >>> 3);
      }
    }
    while (i < common
        && a.get(ValueLayout.JAVA_BYTE, aOffset + i) == b.get(ValueLayout.JAVA_BYTE, bOffset + i)) {
      i++;
    }
    return i;
  }
}
