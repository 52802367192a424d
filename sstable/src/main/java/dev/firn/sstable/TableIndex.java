package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;

/**
 * The index of an open table, read in place, see {@link IndexFormat}. What it says is checked
 * against the file's bounds whenever it is asked: its checksum proves that it is what was written,
 * not who wrote it.
 *
 * <p><b>Threading.</b> Any thread may ask.
 */
final class TableIndex {

  /** How many words are in a cache line. */
  private static final int LINE_WORDS = TableFormat.ALIGNMENT / Long.BYTES;

  private final TableFile file;
  private final MemorySegment map;
  private final long dataEnd;
  private final int blocks;
  private final int sharedBytes;
  private final long words;
  private final long offsets;
  private final long fences;
  private final long shared;
  private final long fenceArea;
  private final long fenceBytes;

  /** The first word of each line of words, so that a search fetches one line of words. */
  private final long[] samples;

  /**
   * The first of each {@link #LINE_WORDS} samples: few enough to stay in a processor's own cache,
   * and then of the samples, too, a search fetches one line.
   */
  private final long[] tops;

  /**
   * Opens an index whose checksum is right.
   *
   * @param start where the section starts
   * @param end where its content ends
   * @param dataEnd where the data blocks end
   * @param blocks how many there are
   * @param sharedBytes how many bytes all keys share
   */
  TableIndex(TableFile file, long start, long end, long dataEnd, int blocks, int sharedBytes) {
    this.file = file;
    this.map = file.map();
    this.dataEnd = dataEnd;
    this.blocks = blocks;
    this.sharedBytes = sharedBytes;
    words = TableFormat.align(start);
    long room = end - words - IndexFormat.shared(blocks) - sharedBytes;
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

  /** How many data blocks there are. */
  int blocks() {
    return blocks;
  }

  /** Where the data blocks end. */
  long dataEnd() {
    return dataEnd;
  }

  /** Where a block's section starts. */
  long start(int block) {
    long start = offset(block) >>> 1;
    if (start >= dataEnd) {
      throw file.corrupt(offsets, "a block before " + dataEnd, "at " + start);
    }
    return start;
  }

  /** Where a block's section ends, which is at or behind a given start. */
  long end(int block, long start) {
    long end = offset(block + 1) >>> 1;
    if (end > dataEnd || end - start < TableFormat.LEAST_BLOCK_BYTES) {
      throw file.corrupt(offsets, "a block from " + start + " to " + dataEnd, "to " + end);
    }
    return end;
  }

  /** Whether a block is compressed. */
  boolean isCompressed(int block) {
    return (offset(block) & 1) != 0;
  }

  /** What a key is searched by first. */
  long word(MemorySegment key, long offset, int length) {
    return KeyPrefix.of(map, shared, sharedBytes, key, offset, length);
  }

  /** The line of words to search for a word in. */
  int line(long word) {
    int first = lastAtOrBefore(word, tops, 0, tops.length) * LINE_WORDS;
    return lastAtOrBefore(word, samples, first, Math.min(LINE_WORDS, samples.length - first));
  }

  /** The last of some ascending words that is not behind a word; the first if all are. */
  private static int lastAtOrBefore(long word, long[] words, int first, int count) {
    int at = first;
    for (int left = count; left > 1; ) {
      int half = left >>> 1;
      at = Long.compareUnsigned(words[at + half], word) <= 0 ? at + half : at;
      left -= half;
    }
    return at;
  }

  /** Loads a line of words and its blocks' places, for {@link dev.firn.core.Prefetch#consume}. */
  long prefetch(int line) {
    int first = line * LINE_WORDS;
    return word(first) ^ offset(first);
  }

  /**
   * The block that a key and trailer, or the first entry after them, would be in.
   *
   * @param line what {@link #line} gave for the key's word
   * @param word what {@link #word} gave for the key
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

  /** Checks what no look-up relies on: that blocks and fences follow each other, words and keys. */
  void verify() {
    boolean sound = offset(0) >>> 1 == 0 && offset(blocks) == dataEnd << 1;
    sound &= fence(0) == 0 && fence(blocks) == fenceBytes << 1 && word(0) == 0;
    for (int i = 1; i < blocks; i++) {
      long start = fence(i) >>> 1;
      long end = (fence(i + 1) >>> 1) - Long.BYTES * (fence(i) & 1);
      sound &= start <= end && end <= fenceBytes;
      sound = sound && word(i) == KeyPrefix.word(map, fenceArea + start, (int) (end - start));
    }
    if (!sound) {
      throw file.corrupt(offsets, "an index", "bytes that are none, under a right checksum");
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
    int same = KeyOrder.commonPrefix(map, shared, sharedBytes, key, offset, length);
    if (same < sharedBytes) {
      return KeyOrder.compare(map, shared, sharedBytes, key, offset, length);
    }
    long entry = fence(block);
    long start = entry >>> 1;
    long end = fence(block + 1) >>> 1;
    int exact = (int) entry & 1;
    long fenceLength = end - start - (long) Long.BYTES * exact;
    if (end > fenceBytes || fenceLength < 0 || fenceLength > StoreKey.MAX_BYTES) {
      throw file.corrupt(fences, "a fence before " + fenceBytes, start + " to " + end);
    }
    long at = fenceArea + start;
    int c =
        KeyOrder.compare(
            map, at, (int) fenceLength, key, offset + sharedBytes, length - sharedBytes);
    if (c != 0 || exact == 0) {
      return c;
    }
    return Long.compareUnsigned(trailer, map.get(U64, at + fenceLength));
  }

  private long word(int block) {
    return map.get(U64, words + (long) Long.BYTES * block);
  }

  private long fence(int block) {
    return map.get(U64, fences + (long) Long.BYTES * block);
  }

  private long offset(int block) {
    return map.get(U64, offsets + (long) Long.BYTES * block);
  }
}
