package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;

/**
 * The index of an open table, see {@link IndexFormat}. Every offset in it is checked against
 * the file's bounds at each use: the checksum proves that the index is intact, not that a writer of
 * this project wrote it.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class TableIndex {

  /** Words per cache line. */
  private static final int LINE_WORDS = TableFormat.ALIGNMENT / Long.BYTES;

  private final TableBlocks data;
  private final TableFile file;
  private final MemorySegment memory;
  private final long shift;
  private final long dataEnd;
  private final int blocks;
  private final int sharedBytes;
  private final long words;
  private final long offsets;
  private final long fences;
  private final long shared;
  private final long fenceArea;
  private final long fenceBytes;

  /** The first word of each line of words, so that a search loads one line of words. */
  private final long[] samples;

  /**
   * The first of each {@link #LINE_WORDS} samples: few enough to stay in a core's cache, so that a
   * search loads one line of samples.
   */
  private final long[] tops;

  /**
   * Opens an index whose checksum is right.
   *
   * @param data the blocks of the table
   * @param section where the section is read
   * @param start start of the section
   * @param end end of its content
   * @param dataEnd end of the data blocks
   * @param blocks data block count
   * @param sharedBytes length of the prefix that all keys share
   */
  TableIndex(
      TableBlocks data,
      SectionMemory section,
      long start,
      long end,
      long dataEnd,
      int blocks,
      int sharedBytes) {
    this.data = data;
    this.file = data.file();
    this.memory = section.memory();
    this.shift = section.shift();
    this.dataEnd = dataEnd;
    this.blocks = blocks;
    this.sharedBytes = sharedBytes;
    words = section.at(TableFormat.align(start));
    long room = section.at(end) - words - IndexFormat.shared(blocks) - sharedBytes;
    offsets = words + IndexFormat.blocks(blocks);
    fences = words + IndexFormat.fences(blocks);
    shared = words + IndexFormat.shared(blocks);
    fenceArea = shared + sharedBytes;
    fenceBytes = room;
    if (room < 0 || fence(blocks) != room << 1) {
      throw file.corrupt(start, "an index of " + blocks + " blocks", (end - start) + " bytes");
    }
    samples = new long[(blocks + LINE_WORDS - 1) / LINE_WORDS];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = word(i * LINE_WORDS);
    }
    tops = new long[(samples.length + LINE_WORDS - 1) / LINE_WORDS];
    for (int i = 0; i < tops.length; i++) {
      tops[i] = samples[i * LINE_WORDS];
    }
  }

  /** The blocks of the table. */
  TableBlocks data() {
    return data;
  }

  /** Data block count. */
  int blocks() {
    return blocks;
  }

  /** End of the data blocks. */
  long dataEnd() {
    return dataEnd;
  }

  /** Start of a block's section. */
  long start(int block) {
    long start = offset(block) >>> 1;
    if (start >= dataEnd) {
      throw file.corrupt(shift + offsets, "a block before " + dataEnd, "at " + start);
    }
    return start;
  }

  /** End of a block's section, checked against its start. */
  long end(int block, long start) {
    long end = offset(block + 1) >>> 1;
    if (end > dataEnd || end - start < TableFormat.MIN_BLOCK_SECTION_BYTES) {
      throw file.corrupt(shift + offsets, "a block from " + start + " to " + dataEnd, "to " + end);
    }
    return end;
  }

  /** Whether a block is compressed. */
  boolean isCompressed(int block) {
    return (offset(block) & 1) != 0;
  }

  /** The word of a key: what a search compares first. */
  long word(MemorySegment key, long offset, int length) {
    return KeyPrefix.of(memory, shared, sharedBytes, key, offset, length);
  }

  /** The line of words in which to search for a word. */
  int line(long word) {
    int first = lastAtOrBefore(word, tops, 0, tops.length) * LINE_WORDS;
    return lastAtOrBefore(word, samples, first, Math.min(LINE_WORDS, samples.length - first));
  }

  /** The index of the last word that is at or before a word; the first if none is. */
  private static int lastAtOrBefore(long word, long[] words, int first, int count) {
    int at = first;
    for (int left = count; left > 1; ) {
      int half = left >>> 1;
      at = Long.compareUnsigned(words[at + half], word) <= 0 ? at + half : at;
      left -= half;
    }
    return at;
  }

  /** Loads a line of words and its block offsets, for {@link dev.firn.core.Prefetch#consume}. */
  long prefetch(int line) {
    int first = line * LINE_WORDS;
    return word(first) ^ offset(first);
  }

  /**
   * The block that may hold a key and trailer, or the first entry after them.
   *
   * @param line {@link #line} of the key's word
   * @param word {@link #word} of the key
   */
  int find(int line, long word, MemorySegment key, long offset, int length, long trailer) {
    int at = line * LINE_WORDS;
    for (int left = Math.min(LINE_WORDS, blocks - at); left > 1; ) {
      int half = left >>> 1;
      at = Long.compareUnsigned(word(at + half), word) <= 0 ? at + half : at;
      left -= half;
    }
    if (at == 0 || word(at) != word || compare(at, key, offset, length, trailer) <= 0) {
      return at;
    }
    return findEqual(at, word, key, offset, length, trailer);
  }

  /** Whether a block can be searched without a read of the file, as far as is known. */
  boolean isAtHand(int block) {
    return data.isAtHand(block, isCompressed(block));
  }

  /** Whether a block is read in place in the mapped file. */
  boolean isInPlace(int block) {
    long start = start(block);
    return !isCompressed(block) && data.isInPlace(start, end(block, start));
  }

  /** Begins to read a block into memory, see {@link TableBlocks#prefetch}. */
  void willNeed(int block) {
    long start = start(block);
    data.prefetch(block, start, end(block, start));
  }

  /** Loads the first line of a block's section, for {@link dev.firn.core.Prefetch#consume}. */
  long prefetchLine(long start) {
    return data.map().get(U64, start);
  }

  /**
   * Loads the lines that a search of a block reads, for {@link
   * dev.firn.core.Prefetch#consume}; the block is not compressed.
   */
  long prefetchBlock(int block) {
    long start = start(block);
    return BlockFormat.prefetchKeys(data.map(), start, end(block, start) - start);
  }

  /** Checks what look-ups do not: that blocks and fences have no gaps, and that words are right. */
  void verify() {
    boolean sound = offset(0) >>> 1 == 0 && offset(blocks) == dataEnd << 1;
    sound &= fence(0) == 0 && fence(blocks) == fenceBytes << 1 && word(0) == 0;
    for (int i = 1; i < blocks; i++) {
      long start = fence(i) >>> 1;
      long end = (fence(i + 1) >>> 1) - Long.BYTES * (fence(i) & 1);
      sound &= start <= end && end <= fenceBytes;
      sound = sound && word(i) == KeyPrefix.word(memory, fenceArea + start, (int) (end - start));
    }
    if (!sound) {
      throw file.corrupt(shift + offsets, "an index", "other bytes with a right checksum");
    }
  }

  /** The last block before {@code high} whose fence is at or before a key with the same word. */
  private int findEqual(
      int high, long word, MemorySegment key, long offset, int length, long trailer) {
    int low = 0;
    int above = high;
    while (above - low > 1) {
      int middle = (low + above) >>> 1;
      if (word(middle) != word || compare(middle, key, offset, length, trailer) <= 0) {
        low = middle;
      } else {
        above = middle;
      }
    }
    return low;
  }

  /** Compares a fence with a key. */
  int compare(int block, MemorySegment key, long offset, int length, long trailer) {
    int same = KeyOrder.commonPrefix(memory, shared, sharedBytes, key, offset, length);
    if (same < sharedBytes) {
      return KeyOrder.compare(memory, shared, sharedBytes, key, offset, length);
    }
    long entry = fence(block);
    long start = entry >>> 1;
    long end = fence(block + 1) >>> 1;
    int exact = (int) entry & 1;
    long fenceLength = end - start - (long) Long.BYTES * exact;
    if (end > fenceBytes || fenceLength < 0 || fenceLength > StoreKey.MAX_BYTES) {
      throw file.corrupt(shift + fences, "a fence before " + fenceBytes, start + " to " + end);
    }
    long at = fenceArea + start;
    int c =
        KeyOrder.compare(
            memory, at, (int) fenceLength, key, offset + sharedBytes, length - sharedBytes);
    if (c != 0 || exact == 0) {
      return c;
    }
    return Long.compareUnsigned(trailer, memory.get(U64, at + fenceLength));
  }

  private long word(int block) {
    return memory.get(U64, words + (long) Long.BYTES * block);
  }

  private long fence(int block) {
    return memory.get(U64, fences + (long) Long.BYTES * block);
  }

  private long offset(int block) {
    return memory.get(U64, offsets + (long) Long.BYTES * block);
  }
}
