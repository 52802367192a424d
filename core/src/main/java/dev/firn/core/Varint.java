package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Unsigned integers of variable length: 7 bits per byte, low bits first, the high bit set in every
 * byte except the last (LEB128).
 */
public final class Varint {

  /** The maximum length of a 32-bit number. */
  public static final int MAX_INT_BYTES = 5;

  /** The maximum length of a 64-bit number. */
  public static final int MAX_LONG_BYTES = 10;

  private Varint() {}

  /** The length of {@code value} in bytes. */
  public static int length(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  /** Writes {@code value} at {@code offset} and returns the offset after it. */
  public static long put(MemorySegment segment, long offset, long value) {
    long at = offset;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      segment.set(ValueLayout.JAVA_BYTE, at++, (byte) (rest | 0x80));
      rest >>>= 7;
    }
    segment.set(ValueLayout.JAVA_BYTE, at++, (byte) rest);
    return at;
  }

  /**
   * Reads the number at {@code offset}; its end is {@code offset + length(number)}.
   *
   * @param limit the offset after the last byte that may be read
   * @return the number, or -1 if it does not end before {@code limit}, is not in its shortest form,
   *     or has more than 63 bits
   */
  public static long get(MemorySegment segment, long offset, long limit) {
    long result = 0;
    int shift = 0;
    for (long at = offset; at < limit && shift < 63; at++, shift += 7) {
      byte b = segment.get(ValueLayout.JAVA_BYTE, at);
      result |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return b == 0 && shift > 0 ? -1 : result;
      }
    }
    return -1;
  }
}
