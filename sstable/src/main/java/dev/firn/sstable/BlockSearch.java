package dev.firn.sstable;

import static dev.firn.sstable.BlockFormat.MALFORMED;
import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.EntryRef;
import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import dev.firn.core.Prefetch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Searches a data block in place: it assembles no key and allocates nothing. Whatever the block's
 * bytes are, no read goes beyond the block; bytes that no writer writes are reported as malformed.
 */
final class BlockSearch {

  static final int ABSENT = 0;
  static final int FOUND = 1;

  private BlockSearch() {}

  /**
   * Finds the newest entry of exactly this key at or below a trailer.
   *
   * @param at start of the block
   * @param length the length of its content
   * @return {@link #FOUND}, and {@code out} points at the entry; {@link #ABSENT}; or {@link
   *     BlockFormat#MALFORMED}
   */
  static int get(
      MemorySegment block,
      long at,
      long length,
      MemorySegment key,
      long offset,
      int keyLength,
      long trailer,
      EntryRef out) {
    Prefetch.consume(BlockFormat.prefetch(block, at, length));
    if (!BlockFormat.isWellFormed(block, at, length)) {
      return MALFORMED;
    }
    long keys = BlockFormat.keys(block, at);
    int prefix = BlockFormat.prefixBytes(block, at);
    if (KeyOrder.commonPrefix(block, keys, prefix, key, offset, keyLength) < prefix) {
      return ABSENT;
    }
    int restart = restart(block, at, key, offset + prefix, keyLength - prefix, trailer, 1);
    if (restart < 0) {
      return MALFORMED;
    }
    return scan(
        block, at, at + length, restart, key, offset + prefix, keyLength - prefix, trailer, out);
  }

  /**
   * Finds the restart point to start from: the last one before a key, or the first one.
   *
   * @param tail start of the key's bytes after the block's prefix, which the key shares
   * @param tailLength how many bytes these are
   * @param bound 1 if a restart point equal to key and trailer counts as before them, else 0
   * @return the index of the restart point, or {@link BlockFormat#MALFORMED}
   */
  static int restart(
      MemorySegment block,
      long at,
      MemorySegment key,
      long tail,
      int tailLength,
      long trailer,
      int bound) {
    long word = KeyPrefix.word(key, tail, tailLength);
    int low = 0;
    int high = BlockFormat.restarts(block, at);
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      long found = BlockFormat.restartWord(block, BlockFormat.restart(at, middle));
      int c;
      if (found != word) {
        c = Long.compareUnsigned(found, word);
      } else {
        c = compareRestart(block, at, middle, key, tail, tailLength, trailer);
        if (c == Integer.MIN_VALUE) {
          return MALFORMED;
        }
      }
      if (c < bound) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Compares a restart point's entry with a key; {@code Integer.MIN_VALUE} if malformed. */
  private static int compareRestart(
      MemorySegment block,
      long at,
      int restart,
      MemorySegment key,
      long tail,
      int tailLength,
      long trailer) {
    long keys = BlockFormat.keys(block, at);
    long end = keys + BlockFormat.keyBytes(block, at);
    long entry = keys + BlockFormat.restartKey(block, BlockFormat.restart(at, restart));
    long lengths = entry < end ? BlockFormat.lengths(block, entry, end) : MALFORMED;
    if (lengths < 0 || BlockFormat.shared(lengths) != 0) {
      return Integer.MIN_VALUE;
    }
    int width = BlockFormat.trailerWidth(block, at);
    long number = entry + BlockFormat.lengthBytes(lengths);
    long suffix = number + width + BlockFormat.valueLengthWidth(block, at);
    int unshared = BlockFormat.unshared(lengths);
    if (unshared > end - suffix) {
      return Integer.MIN_VALUE;
    }
    int c = KeyOrder.compare(block, suffix, unshared, key, tail, tailLength);
    if (c != 0) {
      return c < 0 ? -1 : 1;
    }
    long found =
        BlockFormat.minTrailer(block, at) + (block.get(U64, number) & BlockFormat.mask(width));
    return Long.compareUnsigned(trailer, found);
  }

  /**
   * Scans from a restart point to the key.
   *
   * <p>Each byte of the searched key is compared only once. The preceding entry is less than the
   * searched key and has {@code match} bytes in common with it; the format says how many bytes an
   * entry shares with the preceding one. If that is more than {@code match}, the entry differs from
   * the searched key in the same byte as the preceding entry: it is less, too. If it is less than
   * {@code match}, the entry is greater than the preceding one in a byte in which that equals the
   * searched key: the entry is greater, and the key is absent. Only if both are equal, bytes are
   * compared.
   */
  private static int scan(
      MemorySegment block,
      long at,
      long blockEnd,
      int restart,
      MemorySegment key,
      long tail,
      int tailLength,
      long trailer,
      EntryRef out) {
    int interval = BlockFormat.interval(block, at);
    int entries = BlockFormat.entries(block, at);
    int trailerWidth = BlockFormat.trailerWidth(block, at);
    int width = trailerWidth + BlockFormat.valueLengthWidth(block, at);
    long lengthMask = BlockFormat.mask(width - trailerWidth);
    long minLength = BlockFormat.minValueLength(block, at);
    long keys = BlockFormat.keys(block, at);
    long end = keys + BlockFormat.keyBytes(block, at);
    long point = BlockFormat.restart(at, restart);
    long entry = keys + BlockFormat.restartKey(block, point);
    long value = end + BlockFormat.restartValue(block, point);
    // The entry wanted is at or after this restart point and at or before the next one.
    long first = (long) restart * interval;
    long left = Math.min(entries - first, interval + 1L);
    int match = 0;
    for (int i = 0; i < left; i++) {
      long lengths = entry < end ? BlockFormat.lengths(block, entry, end) : MALFORMED;
      if (lengths < 0) {
        return MALFORMED;
      }
      int shared = BlockFormat.shared(lengths);
      int unshared = BlockFormat.unshared(lengths);
      long number = entry + BlockFormat.lengthBytes(lengths);
      long suffix = number + width;
      if (unshared > end - suffix) {
        return MALFORMED;
      }
      long valueLength = minLength + (block.get(U32, number + trailerWidth) & lengthMask);
      if (i == interval) {
        match = 0;
      }
      if (shared < match) {
        return ABSENT;
      }
      if (shared == match) {
        int common =
            KeyOrder.commonPrefix(block, suffix, unshared, key, tail + match, tailLength - match);
        match += common;
        if (common == unshared) {
          if (match == tailLength) {
            long found =
                BlockFormat.minTrailer(block, at)
                    + (block.get(U64, number) & BlockFormat.mask(trailerWidth));
            if (Long.compareUnsigned(found, trailer) <= 0) {
              if (value > blockEnd || valueLength > blockEnd - value) {
                return MALFORMED;
              }
              out.set(found, block, value, valueLength);
              return FOUND;
            }
          }
        } else if (match == tailLength || isGreater(block, suffix + common, key, tail + match)) {
          return ABSENT;
        }
      }
      entry = suffix + unshared;
      value += valueLength;
    }
    return ABSENT;
  }

  private static boolean isGreater(MemorySegment a, long aOffset, MemorySegment b, long bOffset) {
    return (a.get(ValueLayout.JAVA_BYTE, aOffset) & 0xff)
        > (b.get(ValueLayout.JAVA_BYTE, bOffset) & 0xff);
  }
}
