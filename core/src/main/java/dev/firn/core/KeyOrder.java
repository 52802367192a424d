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
    if (i < common) {
      long x = rest(a, aOffset, common);
      long y = rest(b, bOffset, common);
      if (x != y) {
        return Long.compareUnsigned(x, y);
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
    if (i < common) {
      long difference = rest(a, aOffset, common) ^ rest(b, bOffset, common);
      if (difference != 0) {
        int same = Long.numberOfLeadingZeros(difference) >>> 3;
        return common >= Long.BYTES ? common - Long.BYTES + same : same;
      }
    }
    return common;
  }

  /**
   * The bytes behind the last whole word, as a number that orders them. Not byte by byte: of more
   * than a word these are the last 8 bytes, some of which were compared before and were equal.
   */
  private static long rest(MemorySegment segment, long offset, int length) {
    return length >= Long.BYTES
        ? segment.get(WORD, offset + length - Long.BYTES)
        : KeyPrefix.shortWord(segment, offset, length);
  }
}
