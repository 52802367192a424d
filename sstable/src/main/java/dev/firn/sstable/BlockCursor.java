package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import dev.firn.core.StoreKey;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;

/**
 * The part of a table's cursor that moves within one data block.
 *
 * <p>Forward, each key is put together in a buffer of the cursor: only the suffix is copied.
 * Backward, all entries of a restart interval are decoded at once and then served from
 * {@link IntervalBuffer}.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
abstract class BlockCursor extends InternalCursor {

  private final CursorMemory memory;

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

  /** The entry the cursor stands on, counted in the block. */
  private int index;

  private long nextEntry;
  private long nextValue;
  private MemorySegment key;
  private int keyLength;

  /** Whether the current entry was served from the interval buffer, and then from which slot. */
  private boolean backward;

  private int slot;

  /** The first entry of the interval in the buffer, counted in the block. */
  private int loaded;

  BlockCursor(CursorMemory memory) {
    this.memory = memory;
    this.key = memory.key();
  }

  /** The failure to report when the block's bytes are not what a writer writes. */
  abstract CorruptionException malformed();

  /** Enters a block; the cursor stands on no entry of it yet. */
  final void enter(MemorySegment segment, long offset, long length) {
    if (!BlockFormat.isWellFormed(segment, offset, length)) {
      throw malformed();
    }
    block = segment;
    at = offset;
    end = offset + length;
    keys = BlockFormat.keys(segment, offset);
    keysEnd = keys + BlockFormat.keyBytes(segment, offset);
    entries = BlockFormat.entries(segment, offset);
    interval = BlockFormat.interval(segment, offset);
    trailerWidth = BlockFormat.trailerWidth(segment, offset);
    trailerMask = BlockFormat.mask(trailerWidth);
    int lengthWidth = BlockFormat.valueLengthWidth(segment, offset);
    lengthMask = BlockFormat.mask(lengthWidth);
    width = trailerWidth + lengthWidth;
    leastTrailer = BlockFormat.leastTrailer(segment, offset);
    leastLength = BlockFormat.leastValueLength(segment, offset);
    prefix = BlockFormat.prefixBytes(segment, offset);
    key = memory.ensureKey(prefix, 0);
    WordCopy.copy(segment, keys, key, 0, prefix);
    backward = false;
  }

  /** Moves to the block's first entry. */
  final boolean firstInBlock() {
    startAt(0);
    return step();
  }

  /** Moves to the block's last entry. */
  final boolean lastInBlock() {
    loadInterval((entries - 1) / interval);
    return serve((entries - 1) % interval);
  }

  /**
   * Moves to the next entry of the block; false when there is none, and then nothing has
   * changed.
   */
  final boolean nextInBlock() {
    if (index + 1 >= entries) {
      return false;
    }
    if (backward) {
      turnForward();
    }
    index++;
    return step();
  }

  /** Moves to the previous entry of the block; false when there is none. */
  final boolean prevInBlock() {
    if (index == 0) {
      return false;
    }
    if (backward && slot > 0) {
      return serve(slot - 1);
    }
    int wanted = index - 1;
    loadInterval(wanted / interval);
    return serve(wanted % interval);
  }

  /** Moves to the block's first entry at or after a key; false when there is none. */
  final boolean seekInBlock(MemorySegment target, long offset, int length, long trailer) {
    int side = side(target, offset, length);
    if (side > 0) {
      return false;
    }
    startAt(side < 0 ? 0 : restart(target, offset, length, trailer, 1));
    while (true) {
      step();
      if (side < 0 || compare(target, offset, length, trailer) >= 0) {
        return true;
      }
      if (++index == entries) {
        return false;
      }
    }
  }

  /** Moves to the block's last entry before a key; false when there is none. */
  final boolean seekBeforeInBlock(MemorySegment target, long offset, int length, long trailer) {
    int side = side(target, offset, length);
    if (side != 0) {
      return side > 0 && lastInBlock();
    }
    int restart = restart(target, offset, length, trailer, 0);
    loadInterval(restart);
    int i = Math.min(entries - loaded, interval) - 1;
    while (i >= 0 && memory.interval().compare(i, target, offset, length, trailer) >= 0) {
      i--;
    }
    return i >= 0 && serve(i);
  }

  /**
   * Checks what moving relies on in part only: that the restart points are where entries are, and
   * that the entries fill the block. The cursor stands on the block's first entry before and after.
   */
  final void verifyBlock() {
    startAt(0);
    nextEntry = keys + prefix;
    nextValue = keysEnd;
    for (int i = 0; i < entries; i++) {
      boolean restart = i % interval == 0;
      long point = BlockFormat.restart(at, i / interval);
      if (restart
          && (keys + BlockFormat.restartKey(block, point) != nextEntry
              || keysEnd + BlockFormat.restartValue(block, point) != nextValue
              || nextEntry == keysEnd
              || BlockFormat.shared(BlockFormat.lengths(block, nextEntry, keysEnd)) != 0)) {
        throw malformed();
      }
      step();
      if (restart
          && BlockFormat.restartWord(block, point)
              != KeyPrefix.word(key, prefix, keyLength - prefix)) {
        throw malformed();
      }
    }
    if (nextEntry != keysEnd || nextValue != end) {
      throw malformed();
    }
    firstInBlock();
  }

  /** Lets go of the block's memory. */
  final void leave() {
    block = MemorySegment.NULL;
    entries = 0;
    index = 0;
  }

  /** Where a key lies: below all keys with the block's prefix, among them (0), or above them. */
  private int side(MemorySegment target, long offset, int length) {
    int same = KeyOrder.commonPrefix(block, keys, prefix, target, offset, length);
    return same == prefix ? 0 : KeyOrder.compare(target, offset, length, block, keys, prefix);
  }

  private int restart(MemorySegment target, long offset, int length, long trailer, int bound) {
    int restart =
        BlockSearch.restart(block, at, target, offset + prefix, length - prefix, trailer, bound);
    if (restart < 0) {
      throw malformed();
    }
    return restart;
  }

  private int compare(MemorySegment target, long offset, int length, long trailer) {
    return KeyOrder.compare(key, 0, keyLength, trailer(), target, offset, length, trailer);
  }

  private void startAt(int restart) {
    long point = BlockFormat.restart(at, restart);
    nextEntry = keys + BlockFormat.restartKey(block, point);
    nextValue = keysEnd + BlockFormat.restartValue(block, point);
    index = (int) Math.min((long) restart * interval, entries - 1L);
    keyLength = prefix;
    backward = false;
  }

  /** Decodes the entry at {@code nextEntry}. */
  private boolean step() {
    long entry = nextEntry;
    long lengths = entry < keysEnd ? BlockFormat.lengths(block, entry, keysEnd) : -1;
    if (lengths < 0) {
      throw malformed();
    }
    int shared = prefix + BlockFormat.shared(lengths);
    int unshared = BlockFormat.unshared(lengths);
    long number = entry + BlockFormat.lengthBytes(lengths);
    long suffix = number + width;
    long valueLength = leastLength + (block.get(U32, number + trailerWidth) & lengthMask);
    int length = shared + unshared;
    if (unshared > keysEnd - suffix
        || shared > keyLength
        || length > StoreKey.MAX_BYTES
        || length < StoreKey.TREE_BYTES
        || nextValue > end
        || valueLength > end - nextValue) {
      throw malformed();
    }
    MemorySegment buffer = memory.ensureKey(length, shared);
    WordCopy.copy(block, suffix, buffer, shared, unshared);
    key = buffer;
    keyLength = length;
    nextEntry = suffix + unshared;
    setKey(buffer, 0, length, leastTrailer + (block.get(U64, number) & trailerMask));
    long value = nextValue;
    nextValue = value + valueLength;
    return setValue(block, value, valueLength);
  }

  /** Decodes all entries of an interval into the interval buffer. */
  private void loadInterval(int restart) {
    IntervalBuffer buffer = memory.interval();
    startAt(restart);
    loaded = index;
    int count = Math.min(entries - index, interval);
    buffer.clear(interval);
    for (int i = 0; i < count; i++) {
      step();
      buffer.add(this, nextEntry);
    }
    backward = true;
  }

  /** Stands on an entry of the interval in the buffer. */
  private boolean serve(int i) {
    IntervalBuffer buffer = memory.interval();
    slot = i;
    index = loaded + i;
    setKey(buffer.keys(), buffer.keyOffset(i), buffer.keyLength(i), buffer.trailer(i));
    return setValue(block, buffer.valueOffset(i), buffer.valueLength(i));
  }

  /** Puts the current entry, served from the buffer, where {@link #step} expects the last one. */
  private void turnForward() {
    IntervalBuffer buffer = memory.interval();
    int i = slot;
    int length = buffer.keyLength(i);
    key = memory.ensureKey(length, 0);
    MemorySegment.copy(buffer.keys(), buffer.keyOffset(i), key, 0, length);
    keyLength = length;
    nextEntry = buffer.nextEntry(i);
    nextValue = buffer.valueOffset(i) + buffer.valueLength(i);
    backward = false;
  }
}
