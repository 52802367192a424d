package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.KeyPrefix;
import dev.firn.core.Varint;
import dev.firn.core.WordCopy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Builds a data block in memory, see {@link BlockFormat}. It collects the entries first and encodes
 * them when the prefix of their keys and the width of their numbers are known.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. Reused from block to block.
 */
final class BlockBuilder {

  private static final int INITIAL_ENTRIES = 64;

  private final int interval;
  private final NativeBuffer keys;
  private final NativeBuffer values;
  private final NativeBuffer head;

  private long[] trailers = new long[INITIAL_ENTRIES];
  private int[] keyLengths = new int[INITIAL_ENTRIES];
  private int[] shares = new int[INITIAL_ENTRIES];
  private int[] valueLengths = new int[INITIAL_ENTRIES];

  private int entries;
  private int restarts;
  private long keyBytes;
  private long valueBytes;
  private long entryBytes;
  private int prefix;
  private long minTrailer;
  private long maxTrailer;
  private int minValueLength;
  private int maxValueLength;
  private long headBytes;

  BlockBuilder(Arena arena, int interval) {
    this.interval = interval;
    this.keys = new NativeBuffer(arena, 16 * 1024);
    this.values = new NativeBuffer(arena, 64 * 1024);
    this.head = new NativeBuffer(arena, 16 * 1024);
    reset();
  }

  /** Forgets all entries. */
  void reset() {
    entries = 0;
    restarts = 0;
    keyBytes = 0;
    valueBytes = 0;
    entryBytes = 0;
    prefix = Integer.MAX_VALUE;
    minTrailer = -1L;
    maxTrailer = 0;
    minValueLength = Integer.MAX_VALUE;
    maxValueLength = 0;
    headBytes = 0;
  }

  int entries() {
    return entries;
  }

  /** Max length of the block with one more entry. */
  long bytesWith(int keyLength, int shared, long trailer, long valueLength) {
    long min = Long.compareUnsigned(trailer, minTrailer) < 0 ? trailer : minTrailer;
    long max = Long.compareUnsigned(trailer, maxTrailer) > 0 ? trailer : maxTrailer;
    boolean restart = entries % interval == 0;
    int common = commonWith(keyLength, shared);
    long suffixes = entryBytes + suffixBytes(keyLength, shared, restart);
    int points = restart ? restarts + 1 : restarts;
    long width = (long) BlockFormat.width(max - min) + valueLengthWidth((int) valueLength);
    return BlockFormat.HEADER_BYTES
        + (long) BlockFormat.RESTART_BYTES * points
        + (suffixes - (points - 1L) * common)
        + (entries + 1) * width
        + valueBytes
        + valueLength
        + TableFormat.TRAILER_BYTES;
  }

  /** Estimated length of the block. */
  long bytes() {
    return entries == 0 ? 0 : keyBytes + valueBytes;
  }

  /** Adds an entry, and copies its value. */
  void add(
      MemorySegment key,
      long keyOffset,
      int keyLength,
      int shared,
      long trailer,
      MemorySegment value,
      long valueOffset,
      int valueLength) {
    addKey(key, keyOffset, keyLength, shared, trailer, valueLength);
    MemorySegment target = values.ensure(valueBytes + valueLength, valueBytes);
    MemorySegment.copy(value, valueOffset, target, valueBytes, valueLength);
    valueBytes += valueLength;
  }

  /** Adds an entry whose value the caller writes itself, after the block's {@link #head}. */
  void addKey(
      MemorySegment key, long keyOffset, int keyLength, int shared, long trailer, int valueLength) {
    if (entries == trailers.length) {
      grow();
    }
    boolean restart = entries % interval == 0;
    prefix = commonWith(keyLength, shared);
    entryBytes += suffixBytes(keyLength, shared, restart);
    restarts += restart ? 1 : 0;
    minTrailer = Long.compareUnsigned(trailer, minTrailer) < 0 ? trailer : minTrailer;
    maxTrailer = Long.compareUnsigned(trailer, maxTrailer) > 0 ? trailer : maxTrailer;
    minValueLength = Math.min(minValueLength, valueLength);
    maxValueLength = Math.max(maxValueLength, valueLength);
    trailers[entries] = trailer;
    keyLengths[entries] = keyLength;
    shares[entries] = shared;
    valueLengths[entries] = valueLength;
    entries++;
    MemorySegment target = keys.ensure(keyBytes + keyLength + TableFormat.SLACK_BYTES, keyBytes);
    MemorySegment.copy(key, keyOffset, target, keyBytes, keyLength);
    keyBytes += keyLength;
  }

  /** Encodes all but the values, which are in {@link #values}; returns the length. */
  long encode() {
    int width = BlockFormat.width(maxTrailer - minTrailer);
    int lengthWidth = BlockFormat.width(maxValueLength - minValueLength);
    long area = BlockFormat.restart(0, restarts);
    long max = area + prefix + keyBytes + (long) entries * BlockFormat.MAX_HEAD_BYTES;
    MemorySegment target = head.ensure(max + TableFormat.SLACK_BYTES, 0);
    MemorySegment.copy(keys.memory(), 0, target, area, prefix);
    long end = encodeEntries(target, area, width, lengthWidth);
    target.set(U32, BlockFormat.ENTRIES, entries);
    target.set(U32, BlockFormat.RESTARTS, restarts);
    target.set(U32, BlockFormat.KEY_BYTES, (int) (end - area));
    target.set(U32, BlockFormat.PREFIX_BYTES, prefix);
    target.set(U64, BlockFormat.MIN_TRAILER, minTrailer);
    target.set(U32, BlockFormat.MIN_VALUE_LENGTH, minValueLength);
    target.set(ValueLayout.JAVA_BYTE, BlockFormat.INTERVAL, (byte) interval);
    target.set(ValueLayout.JAVA_BYTE, BlockFormat.TRAILER_WIDTH, (byte) width);
    target.set(ValueLayout.JAVA_BYTE, BlockFormat.VALUE_LENGTH_WIDTH, (byte) lengthWidth);
    target.set(ValueLayout.JAVA_BYTE, BlockFormat.HEADER_BYTES - 1, (byte) 0);
    headBytes = end;
    return end;
  }

  /** The output of {@link #encode}. */
  MemorySegment head() {
    return head.memory();
  }

  long headBytes() {
    return headBytes;
  }

  MemorySegment values() {
    return values.memory();
  }

  /** Bytes of the values that were copied in. */
  long valueBytes() {
    return valueBytes;
  }

  private long encodeEntries(MemorySegment target, long area, int width, int lengthWidth) {
    MemorySegment source = keys.memory();
    long at = area + prefix;
    long key = 0;
    long value = 0;
    for (int i = 0; i < entries; i++) {
      int length = keyLengths[i];
      int shared = shares[i] - prefix;
      if (i % interval == 0) {
        shared = 0;
        long restart = BlockFormat.restart(0, i / interval);
        long word = KeyPrefix.word(source, key + prefix, length - prefix);
        target.set(U64, restart + BlockFormat.RESTART_WORD, word);
        target.set(U32, restart + BlockFormat.RESTART_KEY, (int) (at - area));
        target.set(U32, restart + BlockFormat.RESTART_VALUE, (int) value);
      }
      int unshared = length - prefix - shared;
      at = putLengths(target, at, shared, unshared);
      // Whole words: the surplus bytes are overwritten by what follows.
      target.set(U64, at, trailers[i] - minTrailer);
      target.set(U64, at + width, valueLengths[i] - minValueLength);
      at += width + lengthWidth;
      WordCopy.copy(source, key + prefix + shared, target, at, unshared);
      at += unshared;
      key += length;
      value += valueLengths[i];
    }
    return at;
  }

  private static long putLengths(MemorySegment target, long at, int shared, int unshared) {
    if ((shared | unshared) < 0x80) {
      target.set(U32, at, shared | unshared << 8);
      return at + 2;
    }
    return Varint.put(target, Varint.put(target, at, shared), unshared);
  }

  private int commonWith(int keyLength, int shared) {
    return entries == 0 ? keyLength : Math.min(prefix, shared);
  }

  private static long suffixBytes(int keyLength, int shared, boolean restart) {
    int unshared = restart ? keyLength : keyLength - shared;
    return (long) Varint.length(shared) + Varint.length(unshared) + unshared;
  }

  private int valueLengthWidth(int valueLength) {
    int min = Math.min(minValueLength, valueLength);
    return BlockFormat.width(Math.max(maxValueLength, valueLength) - min);
  }

  private void grow() {
    int larger = 2 * trailers.length;
    trailers = Arrays.copyOf(trailers, larger);
    keyLengths = Arrays.copyOf(keyLengths, larger);
    shares = Arrays.copyOf(shares, larger);
    valueLengths = Arrays.copyOf(valueLengths, larger);
  }
}
