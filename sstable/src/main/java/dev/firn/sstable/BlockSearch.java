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
 * The search in a data block, in place: no key is put together, nothing is allocated. It stays
 * within the block whatever the block's bytes are, and says so when no writer can have written
 * them.
 */
final class BlockSearch {

  static final int ABSENT = 0;
  static final int FOUND = 1;

  private BlockSearch() {}

  /**
   * Finds the newest entry of exactly this key at or below a trailer.
   *
   * @param at where the block starts
   * @param length the length of its content
   * @return {@link #FOUND}, and then {@code out} points at it, {@link #ABSENT}, or {@link
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
   * @param tail where the key's bytes behind the block's prefix start, which it shares
   * @param tailLength how many they are
   * @param bound 1 if a restart point equal to key and trailer counts as before it, else 0
   * @return its number, or {@link BlockFormat#MALFORMED}
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

  /**
   * Compares a restart point's entry with a key; {@code Integer.MIN_VALUE} when it is malformed. */
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
        BlockFormat.leastTrailer(block, at) + (block.get(U64, number) & BlockFormat.mask(width));
    return Long.compareUnsigned(trailer, found);
  }

  /**
   * Walks from a restart point to the key.
   *
   * <p>What makes it quick: of each entry it is known how much it shares with the one before it,
   * and of that one how much it has in common with the key searched ({@code match}), which it is
   * less than. An entry that shares more than that differs from the key in the same byte as the one
   * before it: still less. One that shares less differs from the one before it, and upwards, where
   * that one was equal to the key: greater, so the key is absent. Only where both are equal are
   * bytes compared, and each byte of the key only once.
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
    long leastLength = BlockFormat.leastValueLength(block, at);
    long keys = BlockFormat.keys(block, at);
    long end = keys + BlockFormat.keyBytes(block, at);
    long point = BlockFormat.restart(at, restart);
    long entry = keys + BlockFormat.restartKey(block, point);
    long value = end + BlockFormat.restartValue(block, point);
    // The entry wanted is behind this restart point and at or before the next one.
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
      long valueLength = leastLength + (block.get(U32, number + trailerWidth) & lengthMask);
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
                BlockFormat.leastTrailer(block, at)
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
