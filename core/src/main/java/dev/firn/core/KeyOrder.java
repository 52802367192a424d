package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The order of keys: unsigned bytewise, a prefix before its extensions; of equal keys the larger
 * trailer first.
 */
public final class KeyOrder {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final VarHandle ARRAY_WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private KeyOrder() {}

  /**
   * Compares two ranges of bytes: negative, zero or positive if the first is less, equal, greater.
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

  /** Compares a range of bytes with an array. */
  public static int compare(MemorySegment a, long aOffset, int aLength, byte[] b) {
    // Not through a segment over the array: the other comparisons see memory off the heap alone.
    int common = Math.min(aLength, b.length);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long x = a.get(WORD, aOffset + i);
      long y = (long) ARRAY_WORD.get(b, i);
      if (x != y) {
        return Long.compareUnsigned(x, y);
      }
    }
    for (; i < common; i++) {
      int x = a.get(ValueLayout.JAVA_BYTE, aOffset + i) & 0xff;
      int y = b[i] & 0xff;
      if (x != y) {
        return x - y;
      }
    }
    return aLength - b.length;
  }

  /** Compares two internal keys: by key, and for equal keys by descending trailer. */
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

  /** The length of the common prefix of two ranges. */
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
   * The bytes after the last whole word, as a number that orders them. Of a range longer than a
   * word these are the last 8 bytes, some of which were already compared and are equal.
   */
  private static long rest(MemorySegment segment, long offset, int length) {
    return length >= Long.BYTES
        ? segment.get(WORD, offset + length - Long.BYTES)
        : KeyPrefix.shortWord(segment, offset, length);
  }
}
