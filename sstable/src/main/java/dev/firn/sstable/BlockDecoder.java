package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.EntryBatch;
import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a data block, see {@link BlockFormat}, one after the other. What it read
 * last stays in fields; nothing that a block may say makes it read outside the block.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class BlockDecoder {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Up to so many bytes, numbers lie in one word with the lengths before them. */
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
  private long leastTrailer;
  private long leastLength;

  private long nextEntry;
  private long nextValue;
  private int shared;
  private int unshared;
  private long suffix;
  private long trailer;
  private long valueLength;
  private long passedWord;

  /** Turns to a block; returns whether its header may be believed. */
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
    leastTrailer = BlockFormat.leastTrailer(segment, offset);
    leastLength = BlockFormat.leastValueLength(segment, offset);
    return true;
  }

  /** Lets go of the block's memory. */
  void leave() {
    block = MemorySegment.NULL;
    entries = 0;
  }

  /** The memory the block lies in. */
  MemorySegment block() {
    return block;
  }

  /** Where the values end, and the block's content with them. */
  long end() {
    return end;
  }

  /** Where the block starts. */
  long at() {
    return at;
  }

  /** How many entries there are. */
  int entries() {
    return entries;
  }

  /** How many entries a restart point stands for. */
  int interval() {
    return interval;
  }

  /** How many bytes, at {@link #keys}, all keys begin with. */
  int prefix() {
    return prefix;
  }

  /** Where the key area starts. */
  long keys() {
    return keys;
  }

  /** Whether the entries read so far are all that the block's areas hold. */
  boolean isAtEnd() {
    return nextEntry == keysEnd && nextValue == end;
  }

  /** Whether a restart point is for the entry to be read next, and that one can be read alone. */
  boolean isRestart(long point) {
    return keys + BlockFormat.restartKey(block, point) == nextEntry
        && keysEnd + BlockFormat.restartValue(block, point) == nextValue
        && nextEntry != keysEnd
        && BlockFormat.shared(BlockFormat.lengths(block, nextEntry, keysEnd)) == 0;
  }

  /** How many bytes the next key begins with as the one before it does; negative if malformed. */
  int nextShared() {
    long lengths = nextEntry < keysEnd ? BlockFormat.lengths(block, nextEntry, keysEnd) : -1;
    return lengths < 0 ? -1 : prefix + BlockFormat.shared(lengths);
  }

  /** The entry of this restart point is to be read next. */
  void startAt(int restart) {
    long point = BlockFormat.restart(at, restart);
    nextEntry = keys + BlockFormat.restartKey(block, point);
    nextValue = keysEnd + BlockFormat.restartValue(block, point);
  }

  /** The block's first entry is to be read next, wherever restart points say that it is. */
  void startAtFirst() {
    nextEntry = keys + prefix;
    nextValue = keysEnd;
  }

  /**
   * Reads the next entry, but for the bytes of its key; {@link #pass} must follow.
   *
   * @param previousLength how long the key before it is
   * @return whether it is one that a writer writes
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
    valueLength = leastLength + (storedLength & lengthMask);
    if (width > NEAR_BYTES) {
      fields = block.get(U64, number);
    }
    trailer = leastTrailer + (fields & trailerMask);
    int length = shared + unshared;
    return unshared <= keysEnd - suffix
        && shared <= previousLength
        && length <= StoreKey.MAX_BYTES
        && length >= StoreKey.TREE_BYTES
        && nextValue <= end
        && valueLength <= end - nextValue;
  }

  /** Goes on behind the entry that was read. */
  void pass() {
    nextEntry = suffix + unshared;
    nextValue += valueLength;
  }

  /** How many bytes the key that was read begins with as the one before it does. */
  int shared() {
    return shared;
  }

  /** How many other bytes follow them, at {@link #suffix}. */
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

  /** Where the value of the entry that was read lies, until it is passed. */
  long value() {
    return nextValue;
  }

  long valueLength() {
    return valueLength;
  }

  /** The word behind the prefix of the key that was read, made from that of the key before it. */
  long word(long previous) {
    return word(previous, shared - prefix, block.get(WORD, suffix), unshared);
  }

  /** The first bytes of one word, then the first bytes of another. */
  private static long word(long previous, int same, long behind, int bytes) {
    // Two shifts, because one by 64 would be none.
    int shift = 4 * Math.min(same, Long.BYTES);
    int rest = 4 * Math.min(bytes, Long.BYTES);
    return (previous & ~(-1L >>> shift >>> shift))
        | ((behind & ~(-1L >>> rest >>> rest)) >>> shift >>> shift);
  }

  /** The word behind the prefix of the last key that {@link #passUsual} passed. */
  long passedWord() {
    return passedWord;
  }

  /** Whether an entry is of the usual kind, and as a writer writes it. */
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
   * Reads and passes entries, and appends them to a batch, if there is one, for as long as they are
   * of the usual kind: with at most 8 bytes behind the prefix, and with numbers that lie in one
   * word. {@link #keyLength} and {@link #passedWord} are then those of the last one.
   *
   * @param head the block's prefix in the batch
   * @param previous the word behind the prefix of the key before the next entry's
   * @param previousLength how long that key is
   * @param most the largest word to be passed
   * @param many how many entries to pass at most
   * @return how many were passed
   */
  int passUsual(
      @Nullable EntryBatch batch,
      int head,
      long previous,
      int previousLength,
      long most,
      int many) {
    int last = previousLength - prefix;
    if (last > Long.BYTES || width > NEAR_BYTES) {
      return 0;
    }
    // All in local variables: this loop is what a scan costs.
    MemorySegment memory = block;
    long entry = nextEntry;
    long value = nextValue;
    long word = previous;
    int base = prefix;
    int trailerShift = 16 + 8 * trailerWidth;
    int headBytes = 2 + width;
    int done = 0;
    while (done < many && entry < keysEnd) {
      long fields = memory.get(U64, entry);
      int same = (int) fields & 0x7f;
      int bytes = (int) (fields >>> 8) & 0x7f;
      int rest = same + bytes;
      long next = entry + headBytes + bytes;
      long length = leastLength + ((fields >>> trailerShift) & lengthMask);
      if (!isUsual(fields, last, next, length, value)) {
        break;
      }
      long candidate = word(word, same, memory.get(WORD, entry + headBytes), bytes);
      if (Long.compareUnsigned(candidate, most) > 0) {
        break;
      }
      word = candidate;
      if (batch != null) {
        long number = leastTrailer + ((fields >>> 16) & trailerMask);
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
