package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;
import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import dev.firn.core.StoreKey;
import dev.firn.core.WordCopy;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The part of a table's cursor that moves within one data block.
 *
 * <p>Forward, each key is put together in a buffer of the cursor: only the suffix is copied.
 * Backward, all entries of a restart interval are decoded at once and then served from
 * an {@link EntryBatch}.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
abstract class BlockCursor extends InternalCursor {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Up to so many bytes, numbers lie in one word with the lengths before them. */
  private static final int NEAR_BYTES = Long.BYTES - 2;

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
  private int parsedShared;
  private int parsedUnshared;
  private long parsedSuffix;
  private long parsedTrailer;
  private long parsedValueLength;
  private MemorySegment key;
  private int keyLength;

  /** The number of the block's prefix in a batch, and in which. */
  private int head;

  private @Nullable EntryBatch headBatch;
  private long headEpoch;

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
    headBatch = null;
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

  /** Appends the current entry and those behind it; stands on the last one appended. */
  final void readForwardInBlock(EntryBatch batch, @Nullable InternalCursor before) {
    appendCurrent(batch);
    if (backward) {
      turnForward();
    }
    long bound = before == null ? -1L : word(before);
    if (bound == 0) {
      return;
    }
    long most = before == null ? -1L : bound - 1;
    int next = decode(batch, index + 1, entries, most);
    if (next > index + 1) {
      index = next - 1;
      standOnLast(batch);
    }
  }

  /** Appends the current entry and those before it; stands on the last one appended. */
  final void readBackwardInBlock(EntryBatch batch, @Nullable InternalCursor behind) {
    appendCurrent(batch);
    if (!backward) {
      return;
    }
    long bound = behind == null ? 0 : word(behind);
    long least = behind == null ? 0 : bound + 1;
    EntryBatch decoded = memory.interval(interval);
    int i = slot;
    while (i > 0 && bound != -1L && !batch.isFull()) {
      int length = decoded.keyLength(i - 1);
      long word = length - prefix <= Long.BYTES ? decoded.tail(i - 1) : word(decoded, i - 1);
      if (Long.compareUnsigned(word, least) < 0) {
        break;
      }
      i--;
      if (length - prefix <= Long.BYTES) {
        batch.append(
            head(batch),
            word,
            length,
            decoded.trailer(i),
            block,
            decoded.valueOffset(i),
            decoded.valueLength(i));
      } else {
        batch.append(decoded, i);
      }
    }
    // Even if that is the same entry: its key may have made room for another one.
    serve(i);
  }

  private void appendCurrent(EntryBatch batch) {
    int rest = keyLength() - prefix;
    if (rest > Long.BYTES) {
      batch.append(this);
      return;
    }
    batch.append(
        head(batch),
        KeyPrefix.word(key(), keyOffset() + prefix, rest),
        keyLength(),
        trailer(),
        block,
        valueOffset(),
        valueLength());
  }

  /** The number of the block's prefix in a batch. */
  @SuppressWarnings("ReferenceEquality") // the very same batch
  private int head(EntryBatch batch) {
    if (headBatch != batch || headEpoch != batch.epoch()) {
      head = batch.addHead(block, keys, prefix);
      headBatch = batch;
      headEpoch = batch.epoch();
    }
    return head;
  }

  /**
   * Appends the entries from the one at {@code nextEntry} on. The key before it is {@link #key}.
   *
   * @param first that entry, counted in the block
   * @param stop the entry not to append any more
   * @param most the largest {@link #parsedWord} to be appended
   * @return the first entry that was not appended
   */
  private int decode(EntryBatch batch, int first, int stop, long most) {
    MemorySegment buffer = memory.key();
    int length = keyLength;
    long word = KeyPrefix.word(buffer, prefix, length - prefix);
    int i = first;
    while (i < stop && !batch.isFull()) {
      parse(length);
      long previous = word;
      word = parsedWord(previous);
      if (Long.compareUnsigned(word, most) > 0) {
        break;
      }
      int previousLength = length;
      length = parsedShared + parsedUnshared;
      if (length - prefix <= Long.BYTES) {
        batch.append(head(batch), word, length, parsedTrailer, block, nextValue, parsedValueLength);
      } else {
        if (previousLength - prefix <= Long.BYTES) {
          buffer.set(WORD, prefix, previous);
        }
        buffer = memory.ensureKey(length, parsedShared);
        WordCopy.copy(block, parsedSuffix, buffer, parsedShared, parsedUnshared);
        batch.append(buffer, 0, length, parsedTrailer, block, nextValue, parsedValueLength);
      }
      passParsed();
      i++;
    }
    return i;
  }

  /** The word behind the prefix of the key that was parsed, made from that of the key before it. */
  private long parsedWord(long previous) {
    int same = 8 * (parsedShared - prefix);
    if (same >= Long.SIZE) {
      return previous;
    }
    long suffix = block.get(WORD, parsedSuffix);
    int bits = 8 * parsedUnshared;
    if (bits < Long.SIZE) {
      suffix &= ~(-1L >>> bits);
    }
    return (previous & ~(-1L >>> same)) | (suffix >>> same);
  }

  final boolean isLastInBlock() {
    return index + 1 >= entries;
  }

  final boolean isFirstInBlock() {
    return index == 0;
  }

  /**
   * A number that stands for the key of a cursor among the block's: those with a smaller {@link
   * KeyPrefix#word} behind the prefix sort before it, those with a larger one behind it.
   */
  private long word(InternalCursor cursor) {
    MemorySegment other = cursor.key();
    long offset = cursor.keyOffset();
    int length = cursor.keyLength();
    int side = side(other, offset, length);
    return side == 0 ? KeyPrefix.word(other, offset + prefix, length - prefix) : side < 0 ? 0 : -1L;
  }

  private long word(EntryBatch batch, int entry) {
    return KeyPrefix.word(batch.key(entry), prefix, batch.keyLength(entry) - prefix);
  }

  /** Stands on the last entry of a batch, which was read from here. */
  private void standOnLast(EntryBatch batch) {
    int last = batch.size() - 1;
    keyLength = batch.keyLength(last);
    key = memory.ensureKey(keyLength, 0);
    WordCopy.copy(batch.key(last), 0, key, 0, keyLength);
    setKey(key, 0, keyLength, batch.trailer(last));
    backward = false;
    setValue(block, batch.valueOffset(last), batch.valueLength(last));
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
    while (i >= 0 && compareDecoded(i, target, offset, length, trailer) >= 0) {
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

  private int compareDecoded(int i, MemorySegment target, long offset, int length, long trailer) {
    EntryBatch decoded = memory.interval(interval);
    return KeyOrder.compare(
        decoded.key(i),
        0,
        decoded.keyLength(i),
        decoded.trailer(i),
        target,
        offset,
        length,
        trailer);
  }

  private void startAt(int restart) {
    long point = BlockFormat.restart(at, restart);
    nextEntry = keys + BlockFormat.restartKey(block, point);
    nextValue = keysEnd + BlockFormat.restartValue(block, point);
    index = (int) Math.min((long) restart * interval, entries - 1L);
    keyLength = prefix;
    backward = false;
  }

  /** Decodes the entry at {@code nextEntry}, and stands on it. */
  private boolean step() {
    parse(keyLength);
    int length = parsedShared + parsedUnshared;
    MemorySegment buffer = memory.ensureKey(length, parsedShared);
    WordCopy.copy(block, parsedSuffix, buffer, parsedShared, parsedUnshared);
    return standOnParsed(buffer, length);
  }

  /** Decodes the entry at {@code nextEntry}, but for its key's bytes; the cursor does not move. */
  private void parse(int previousLength) {
    long entry = nextEntry;
    if (entry >= keysEnd) {
      throw malformed();
    }
    long head = block.get(U64, entry);
    int shared;
    int unshared;
    long number;
    if ((head & 0x8080) == 0) {
      shared = prefix + (int) (head & 0x7f);
      unshared = (int) (head >>> 8) & 0x7f;
      number = entry + 2;
      head >>>= 16;
    } else {
      long lengths = BlockFormat.lengths(block, entry, keysEnd);
      if (lengths < 0) {
        throw malformed();
      }
      shared = prefix + BlockFormat.shared(lengths);
      unshared = BlockFormat.unshared(lengths);
      number = entry + BlockFormat.lengthBytes(lengths);
      head = block.get(U64, number);
    }
    long suffix = number + width;
    long storedLength =
        width <= NEAR_BYTES ? head >>> (8 * trailerWidth) : block.get(U32, number + trailerWidth);
    long valueLength = leastLength + (storedLength & lengthMask);
    int length = shared + unshared;
    if (unshared > keysEnd - suffix
        || shared > previousLength
        || length > StoreKey.MAX_BYTES
        || length < StoreKey.TREE_BYTES
        || nextValue > end
        || valueLength > end - nextValue) {
      throw malformed();
    }
    if (width > NEAR_BYTES) {
      head = block.get(U64, number);
    }
    parsedShared = shared;
    parsedUnshared = unshared;
    parsedSuffix = suffix;
    parsedTrailer = leastTrailer + (head & trailerMask);
    parsedValueLength = valueLength;
  }

  private boolean standOnParsed(MemorySegment buffer, int length) {
    key = buffer;
    keyLength = length;
    setKey(buffer, 0, length, parsedTrailer);
    long value = nextValue;
    passParsed();
    return setValue(block, value, parsedValueLength);
  }

  private void passParsed() {
    nextEntry = parsedSuffix + parsedUnshared;
    nextValue += parsedValueLength;
  }

  /** Decodes all entries of an interval into the interval buffer. */
  private void loadInterval(int restart) {
    startAt(restart);
    loaded = index;
    EntryBatch decoded = memory.interval(interval);
    decoded.clear();
    decode(decoded, index, Math.min(entries, index + interval), -1L);
    backward = true;
  }

  /** Stands on an entry of the interval in the buffer. */
  private boolean serve(int i) {
    EntryBatch decoded = memory.interval(interval);
    slot = i;
    index = loaded + i;
    setKey(decoded.key(i), 0, decoded.keyLength(i), decoded.trailer(i));
    return setValue(block, decoded.valueOffset(i), decoded.valueLength(i));
  }

  /** Puts the current entry, served from the buffer, where {@link #step} expects the last one. */
  private void turnForward() {
    int wanted = index;
    startAt(wanted / interval);
    while (index < wanted) {
      step();
      index++;
    }
    step();
  }
}
