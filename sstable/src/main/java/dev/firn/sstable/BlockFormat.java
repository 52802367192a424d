package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.StoreKey;
import dev.firn.core.Varint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The layout of a data block, uncompressed. Keys are apart from values, so that a search reads a
 * few adjacent cache lines and no value.
 *
 * <pre>
 *  offset  size  field
 *       0     4  entries             entry count, at least 1
 *       4     4  restarts            entries / interval, rounded up
 *       8     4  key bytes           length of the key area
 *      12     4  prefix bytes        length of the prefix that all keys of the block share
 *      16     8  min trailer         trailers are stored as differences to it
 *      24     4  min value length    value lengths are stored as differences to it
 *      28     1  interval            entries per restart point, at least 1
 *      29     1  trailer width       bytes of a stored trailer, 0 to 8
 *      30     1  value length width  bytes of a stored value length, 0 to 4
 *      31     1  zero
 *      32        restart points      16 bytes each
 *                key area            the shared prefix, then the entries
 *                value area          the values, in the order of the entries
 *                zeros               less than a page, see {@link PagePacking}
 *
 *  restart point
 *       0     8  word                the first 8 bytes of the key after the prefix, as a big-endian
 *                                    number filled up with zeros, stored little-endian
 *       8     4  start of the entry in the key area
 *      12     4  start of its value in the value area
 *
 *  entry := shared varint | unshared varint | trailer | value length | suffix
 * </pre>
 *
 * <p>A key is the block's prefix, then the first {@code shared} bytes of the preceding key after
 * its prefix, then the suffix of {@code unshared} bytes. At a restart point {@code shared} is zero.
 * Keys are {@link StoreKey#TREE_BYTES} to {@link StoreKey#MAX_BYTES} bytes long.
 */
final class BlockFormat {

  static final int ENTRIES = 0;
  static final int RESTARTS = ENTRIES + 4;
  static final int KEY_BYTES = RESTARTS + 4;
  static final int PREFIX_BYTES = KEY_BYTES + 4;
  static final int MIN_TRAILER = PREFIX_BYTES + 4;
  static final int MIN_VALUE_LENGTH = MIN_TRAILER + 8;
  static final int INTERVAL = MIN_VALUE_LENGTH + 4;
  static final int TRAILER_WIDTH = INTERVAL + 1;
  static final int VALUE_LENGTH_WIDTH = TRAILER_WIDTH + 1;
  static final int HEADER_BYTES = 32;

  static final int RESTART_WORD = 0;
  static final int RESTART_KEY = 8;
  static final int RESTART_VALUE = 12;
  static final int RESTART_BYTES = 16;

  /** Max length of an entry without its suffix. */
  static final int MAX_HEAD_BYTES = 2 * 3 + 8 + 4;

  /** The part of a block that {@link #prefetch} loads: header, restart points, and most keys. */
  private static final int PREFETCHED_BYTES = 256;

  /** The part of a block that {@link #prefetchKeys} loads: usually all that a search reads. */
  private static final int PREFETCHED_KEY_BYTES = 768;

  /** What decoders return for bytes that no writer writes. */
  static final int MALFORMED = -1;

  private BlockFormat() {}

  /** Whether header, restart points and areas lie within the block, so that they may be read. */
  static boolean isWellFormed(MemorySegment block, long at, long length) {
    if (length < HEADER_BYTES + RESTART_BYTES) {
      return false;
    }
    long entries = block.get(U32, at + ENTRIES);
    long restarts = block.get(U32, at + RESTARTS);
    long interval = interval(block, at);
    long room = length - HEADER_BYTES - RESTART_BYTES * restarts;
    long keyBytes = keyBytes(block, at);
    long prefix = block.get(U32, at + PREFIX_BYTES);
    return entries > 0
        && restarts > 0
        && restarts * interval >= entries
        && (restarts - 1) * interval < entries
        && keyBytes <= room
        && prefix >= 0
        && prefix <= StoreKey.MAX_BYTES
        && prefix <= keyBytes
        && trailerWidth(block, at) <= 8
        && valueLengthWidth(block, at) <= 4;
  }

  /** Loads the lines that a search reads, for {@link dev.firn.core.Prefetch#consume}. */
  static long prefetch(MemorySegment block, long at, long length) {
    return length < PREFETCHED_BYTES
        ? 0
        : block.get(U64, at + 64) ^ block.get(U64, at + 128) ^ block.get(U64, at + 192);
  }

  /** Loads the lines that searches of different blocks read, before any of these begins. */
  static long prefetchKeys(MemorySegment block, long at, long length) {
    long end = at + Math.min(length, PREFETCHED_KEY_BYTES) - Long.BYTES;
    long loaded = 0;
    for (long line = at; line <= end; line += 64) {
      loaded ^= block.get(U64, line);
    }
    return loaded;
  }

  /** Loads the first lines of the values from {@code value} on, as {@link #prefetch} does. */
  static long prefetchValues(MemorySegment block, long value, long end) {
    return end - value < PREFETCHED_BYTES
        ? 0
        : block.get(U64, value)
            ^ block.get(U64, value + 64)
            ^ block.get(U64, value + 128)
            ^ block.get(U64, value + 192);
  }

  /** Whether all bytes of a part are zero. */
  static boolean isZero(MemorySegment block, long from, long to) {
    for (long at = from; at < to; at++) {
      if (block.get(ValueLayout.JAVA_BYTE, at) != 0) {
        return false;
      }
    }
    return true;
  }

  static int entries(MemorySegment block, long at) {
    return block.get(U32, at + ENTRIES);
  }

  static int restarts(MemorySegment block, long at) {
    return block.get(U32, at + RESTARTS);
  }

  static long keyBytes(MemorySegment block, long at) {
    return block.get(U32, at + KEY_BYTES) & 0xffff_ffffL;
  }

  static int prefixBytes(MemorySegment block, long at) {
    return block.get(U32, at + PREFIX_BYTES);
  }

  static long minTrailer(MemorySegment block, long at) {
    return block.get(U64, at + MIN_TRAILER);
  }

  static long minValueLength(MemorySegment block, long at) {
    return block.get(U32, at + MIN_VALUE_LENGTH) & 0xffff_ffffL;
  }

  static int interval(MemorySegment block, long at) {
    return block.get(ValueLayout.JAVA_BYTE, at + INTERVAL) & 0xff;
  }

  static int trailerWidth(MemorySegment block, long at) {
    return block.get(ValueLayout.JAVA_BYTE, at + TRAILER_WIDTH) & 0xff;
  }

  static int valueLengthWidth(MemorySegment block, long at) {
    return block.get(ValueLayout.JAVA_BYTE, at + VALUE_LENGTH_WIDTH) & 0xff;
  }

  /** Start of a restart point. */
  static long restart(long at, int restart) {
    return at + HEADER_BYTES + (long) RESTART_BYTES * restart;
  }

  /** Start of the key area, and of the prefix. */
  static long keys(MemorySegment block, long at) {
    return restart(at, restarts(block, at));
  }

  /** A restart point's word. */
  static long restartWord(MemorySegment block, long restart) {
    return block.get(U64, restart + RESTART_WORD);
  }

  /** Start of a restart point's entry in the key area. */
  static long restartKey(MemorySegment block, long restart) {
    return block.get(U32, restart + RESTART_KEY) & 0xffff_ffffL;
  }

  /** Start of a restart point's value in the value area. */
  static long restartValue(MemorySegment block, long restart) {
    return block.get(U32, restart + RESTART_VALUE) & 0xffff_ffffL;
  }

  /** The mask of a number of {@code width} bytes. */
  static long mask(int width) {
    return width == Long.BYTES ? -1L : (1L << (8 * width)) - 1;
  }

  /** Min width of a number in bytes, 0 for 0. */
  static int width(long number) {
    return (Long.SIZE + 7 - Long.numberOfLeadingZeros(number)) >>> 3;
  }

  /**
   * Decodes the two lengths at the start of an entry.
   *
   * @param end end of the key area
   * @return see {@link #shared}, {@link #unshared}, {@link #lengthBytes}; or {@link #MALFORMED}
   */
  static long lengths(MemorySegment block, long entry, long end) {
    long word = block.get(U64, entry);
    if ((word & 0x8080) == 0) {
      return (word & 0x7f) << 32 | (word & 0x7f00) | 2;
    }
    return longLengths(block, entry, end);
  }

  private static long longLengths(MemorySegment block, long entry, long end) {
    long shared = Varint.get(block, entry, end);
    if (shared < 0 || shared > StoreKey.MAX_BYTES) {
      return MALFORMED;
    }
    int sharedBytes = Varint.length(shared);
    long unshared = Varint.get(block, entry + sharedBytes, end);
    if (unshared < 0 || unshared > StoreKey.MAX_BYTES) {
      return MALFORMED;
    }
    return shared << 32 | unshared << 8 | (sharedBytes + Varint.length(unshared));
  }

  static int shared(long lengths) {
    return (int) (lengths >>> 32);
  }

  static int unshared(long lengths) {
    return (int) lengths >>> 8;
  }

  /** Encoded length of the two lengths. */
  static int lengthBytes(long lengths) {
    return (int) lengths & 0xff;
  }
}
