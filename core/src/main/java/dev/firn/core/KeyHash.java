package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The 64-bit hash of a key, for filters. Its values are on disk in filters: never change them.
 */
public final class KeyHash {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long A = 0x9e3779b97f4a7c15L;
  private static final long B = 0xd6e8feb86659fd93L;
  private static final long C = 0xc2b2ae3d27d4eb4fL;

  private KeyHash() {}

  /** The hash of {@code length} bytes. */
  public static long of(MemorySegment key, long offset, int length) {
    long hash = length * C;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash ^ key.get(WORD, offset + i));
    }
    if (i < length) {
      long tail = 0;
      for (int shift = 0; i < length; i++, shift += 8) {
        tail |= (key.get(ValueLayout.JAVA_BYTE, offset + i) & 0xffL) << shift;
      }
      hash = mix(hash ^ tail);
    }
    hash ^= hash >>> 32;
    hash *= B;
    return hash ^ hash >>> 29;
  }

  /** Multiplies to 128 bits and folds: every bit of the input reaches every bit of the output. */
  private static long mix(long x) {
    long folded = (x ^ B) * A;
    return folded ^ Math.unsignedMultiplyHigh(x ^ B, A);
  }
}
