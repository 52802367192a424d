package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies a few bytes in whole words; both sides must have a word of slack after the bytes. */
public final class WordCopy {

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  /** The maximum length for which this is faster than the general copy. */
  private static final int FEW_BYTES = 64;

  private WordCopy() {}

  /** Copies {@code length} bytes; up to 7 bytes after them in the target are overwritten. */
  public static void copy(
      MemorySegment source, long offset, MemorySegment target, long targetOffset, int length) {
    if (length > FEW_BYTES) {
      MemorySegment.copy(source, offset, target, targetOffset, length);
      return;
    }
    for (int i = 0; i < length; i += Long.BYTES) {
      target.set(WORD, targetOffset + i, source.get(WORD, offset + i));
    }
  }
}
