package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies of a few bytes, in whole words; both sides must have a word to spare at their end. */
public final class WordCopy {

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  /** From this length on the general copy is quicker. */
  private static final int FEW_BYTES = 64;

  private WordCopy() {}

  /** Copies {@code length} bytes; up to 7 bytes behind them in the target become anything. */
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
