package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.EntryBatch;
import dev.firn.core.StoreKey;
import dev.firn.core.WordCopy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a data block, see {@link BlockFormat}, one after the other. The entry read
 * last stays in fields. Whatever a block holds, no read goes beyond the block.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
class BlockDecoder {

  static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Max width of numbers that fit into one word with the two lengths before them. */
  private static final int NEAR_BYTES = Long.BYTES - 2;

  private MemorySegment block = MemorySegment.NULL;
  private long at;
  private long keys;
  private long keysEnd;
  private long end;
  private int entries;
  private int interval;
  private int prefix;
  private int trailerWidth;
  private int width;
  private long trailerMask;
  private long lengthMask;
  private long minTrailer;
  private long minLength;

  private long nextEntry;
  private long nextValue;
  private int shared;
  private int unshared;
  private long suffix;
  private long trailer;
  private long valueLength;
  private long passedWord;

  /** Enters a block; returns whether its header is well-formed. */
  boolean enter(MemorySegment segment, long offset, long length) {
    if (!BlockFormat.isWellFormed(segment, offset, length)) {
      return false;
    }
    block = segment;
    at = offset;
    end = offset + length;
    keys = BlockFormat.keys(segment, offset);
    keysEnd = keys + BlockFormat.keyBytes(segment, offset);
    entries = BlockFormat.entries(segment, offset);
    interval = BlockFormat.interval(segment, offset);
    prefix = BlockFormat.prefixBytes(segment, offset);
    trailerWidth = BlockFormat.trailerWidth(segment, offset);
    trailerMask = BlockFormat.mask(trailerWidth);
    int lengthWidth = BlockFormat.valueLengthWidth(segment, offset);
    lengthMask = BlockFormat.mask(lengthWidth);
    width = trailerWidth + lengthWidth;
    minTrailer = BlockFormat.minTrailer(segment, offset);
    minLength = BlockFormat.minValueLength(segment, offset);
    return true;
  }

  /** Releases the block's memory. */
  void leave() {
    block = MemorySegment.NULL;
    entries = 0;
  }

  /** The memory that holds the block. */
  MemorySegment block() {
    return block;
  }

  /** End of the values and of the block's content. */
  long end() {
    return end;
  }

  /** Start of the block. */
  long at() {
    return at;
  }

  /** Entry count. */
  int entries() {
    return entries;
  }

  /** Entries per restart point. */
  int interval() {
    return interval;
  }

  /** Length of the prefix of all keys, which is at {@link #keys}. */
  int prefix() {
    return prefix;
  }

  /** Start of the key area. */
  long keys() {
    return keys;
  }

  /** Whether the entries read so far fill the block's areas. */
  boolean isAtEnd() {
    return nextEntry == keysEnd
        && end - nextValue < PagePacking.PAGE_BYTES
        && BlockFormat.isZero(block, nextValue, end);
  }

  /** Whether a restart point names the next entry, whose key shares nothing but the prefix. */
  boolean isRestart(long point) {
    return keys + BlockFormat.restartKey(block, point) == nextEntry
        && keysEnd + BlockFormat.restartValue(block, point) == nextValue
        && nextEntry != keysEnd
        && BlockFormat.shared(BlockFormat.lengths(block, nextEntry, keysEnd)) == 0;
  }

  /** How many bytes the next key shares with the preceding key; negative if malformed. */
  int nextShared() {
    long lengths = nextEntry < keysEnd ? BlockFormat.lengths(block, nextEntry, keysEnd) : -1;
    return lengths < 0 ? -1 : prefix + BlockFormat.shared(lengths);
  }

  /** Goes to the entry of a restart point, to be read next. */
  void startAt(int restart) {
    long point = BlockFormat.restart(at, restart);
    nextEntry = keys + BlockFormat.restartKey(block, point);
    nextValue = keysEnd + BlockFormat.restartValue(block, point);
  }

  /** Goes to the block's first entry, whatever the restart points say. */
  void startAtFirst() {
    nextEntry = keys + prefix;
    nextValue = keysEnd;
  }

  /**
   * Reads the next entry except the bytes of its key; {@link #pass} must follow.
   *
   * @param previousLength length of the preceding key
   * @return whether the entry is well-formed
   */
  boolean read(int previousLength) {
    long entry = nextEntry;
    if (entry >= keysEnd) {
      return false;
    }
    long fields = block.get(U64, entry);
    long number;
    if ((fields & 0x8080) == 0) {
      shared = prefix + (int) (fields & 0x7f);
      unshared = (int) (fields >>> 8) & 0x7f;
      number = entry + 2;
      fields >>>= 16;
    } else {
      long lengths = BlockFormat.lengths(block, entry, keysEnd);
      if (lengths < 0) {
        return false;
      }
      shared = prefix + BlockFormat.shared(lengths);
      unshared = BlockFormat.unshared(lengths);
      number = entry + BlockFormat.lengthBytes(lengths);
      fields = block.get(U64, number);
    }
    suffix = number + width;
    long storedLength =
        width <= NEAR_BYTES ? fields >>> (8 * trailerWidth) : block.get(U32, number + trailerWidth);
    valueLength = minLength + (storedLength & lengthMask);
    if (width > NEAR_BYTES) {
      fields = block.get(U64, number);
    }
    trailer = minTrailer + (fields & trailerMask);
    int length = shared + unshared;
    return unshared <= keysEnd - suffix
        && shared <= previousLength
        && length <= StoreKey.MAX_BYTES
        && length >= StoreKey.TREE_BYTES
        && nextValue <= end
        && valueLength <= end - nextValue;
  }

  /** Goes to the entry after the one that was read. */
  void pass() {
    nextEntry = suffix + unshared;
    nextValue += valueLength;
  }

  /** How many bytes the key that was read shares with the preceding key. */
  int shared() {
    return shared;
  }

  /** How many more bytes the key has, at {@link #suffix}. */
  int unshared() {
    return unshared;
  }

  long suffix() {
    return suffix;
  }

  int keyLength() {
    return shared + unshared;
  }

  long trailer() {
    return trailer;
  }

  /** Start of the value of the entry that was read, until the entry is passed. */
  long value() {
    return nextValue;
  }

  long valueLength() {
    return valueLength;
  }

  /** Assembles the key that was read in the key buffer, which holds the preceding key. */
  MemorySegment copyKey(CursorMemory memory) {
    MemorySegment buffer = memory.ensureKey(keyLength(), shared);
    WordCopy.copy(block, suffix, buffer, shared, unshared);
    return buffer;
  }

  /** The word after the prefix of the key that was read, made from that of the preceding key. */
  long word(long previous) {
    return word(previous, shared - prefix, block.get(WORD, suffix), unshared);
  }

  /** The first {@code same} bytes of one word, then the first {@code bytes} bytes of another. */
  private static long word(long previous, int same, long suffix, int bytes) {
    // Two shifts, because a shift by 64 does nothing.
    int shift = 4 * Math.min(same, Long.BYTES);
    int rest = 4 * Math.min(bytes, Long.BYTES);
    return (previous & ~(-1L >>> shift >>> shift))
        | ((suffix & ~(-1L >>> rest >>> rest)) >>> shift >>> shift);
  }

  /** The word after the prefix of the last key that {@link #passUsual} passed. */
  long passedWord() {
    return passedWord;
  }

  /** Whether an entry is of the usual kind and well-formed. */
  private boolean isUsual(long fields, int previousRest, long next, long length, long value) {
    int same = (int) fields & 0x7f;
    int rest = same + ((int) (fields >>> 8) & 0x7f);
    return (fields & 0x8080) == 0
        && rest <= Long.BYTES
        && rest + prefix >= StoreKey.TREE_BYTES
        && same <= previousRest
        && next <= keysEnd
        && length <= end - value;
  }

  /**
   * Reads and passes entries, and appends them to a batch, if there is one, while they are of the
   * usual kind: at most 8 bytes of the key follow the prefix, and the entry's numbers fit into one
   * word. {@link #keyLength} and {@link #passedWord} are then those of the last entry passed.
   *
   * @param head the number of the block's prefix among the heads of the batch
   * @param previous the word after the prefix of the preceding key
   * @param previousLength length of the preceding key
   * @param maxWord the largest word to pass
   * @param maxCount max entries to pass
   * @return how many were passed
   */
  int passUsual(
      @Nullable EntryBatch batch,
      int head,
      long previous,
      int previousLength,
      long maxWord,
      int maxCount) {
    int last = previousLength - prefix;
    if (last > Long.BYTES || width > NEAR_BYTES) {
      return 0;
    }
    // All state in local variables: this loop dominates the cost of a scan.
    MemorySegment memory = block;
    long entry = nextEntry;
    long value = nextValue;
    long word = previous;
    int base = prefix;
    int trailerShift = 16 + 8 * trailerWidth;
    int headBytes = 2 + width;
    int done = 0;
    while (done < maxCount && entry < keysEnd) {
      long fields = memory.get(U64, entry);
      int same = (int) fields & 0x7f;
      int bytes = (int) (fields >>> 8) & 0x7f;
      int rest = same + bytes;
      long next = entry + headBytes + bytes;
      long length = minLength + ((fields >>> trailerShift) & lengthMask);
      if (!isUsual(fields, last, next, length, value)) {
        break;
      }
      long candidate = word(word, same, memory.get(WORD, entry + headBytes), bytes);
      if (Long.compareUnsigned(candidate, maxWord) > 0) {
        break;
      }
      word = candidate;
      if (batch != null) {
        long number = minTrailer + ((fields >>> 16) & trailerMask);
        batch.append(head, word, base + rest, number, memory, value, length);
      }
      last = rest;
      entry = next;
      value += length;
      done++;
    }
    nextEntry = entry;
    nextValue = value;
    shared = base;
    unshared = last;
    passedWord = word;
    return done;
  }
}
