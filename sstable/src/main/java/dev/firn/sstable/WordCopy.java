package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U64;

import java.lang.foreign.MemorySegment;

/** Copies of a few bytes, in whole words; both sides must have a word to spare at their end. */
final class WordCopy {

  /** From this length on the general copy is quicker. */
  private static final int FEW_BYTES = 64;

  private WordCopy() {}

  /** Copies {@code length} bytes; up to 7 bytes behind them in the target become anything. */
  static void copy(
      MemorySegment source, long offset, MemorySegment target, long targetOffset, int length) {
    if (length > FEW_BYTES) {
      MemorySegment.copy(source, offset, target, targetOffset, length);
      return;
    }
    for (int i = 0; i < length; i += Long.BYTES) {
      target.set(U64, targetOffset + i, source.get(U64, offset + i));
    }
  }
}
