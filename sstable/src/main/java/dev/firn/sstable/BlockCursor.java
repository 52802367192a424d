package dev.firn.sstable;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyOrder;
import dev.firn.core.KeyPrefix;
import dev.firn.core.Prefetch;
import dev.firn.core.WordCopy;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The part of a table cursor that moves within one data block.
 *
 * <p>Forward, each key is assembled in a buffer of the cursor: only the suffix is copied. Backward,
 * all entries of a restart interval are decoded at once into an {@link EntryBatch}, the interval
 * buffer; the cursor then moves from slot to slot of it. {@link BatchDecoder} reads the entries.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
abstract class BlockCursor extends InternalCursor {

  private static final int NO_BYTE = -1;

  private final CursorMemory memory;
  private final BatchDecoder decoder;

  /** The index of the current entry in the block. */
  private int index;

  private MemorySegment key;
  private int keyLength;

  /** Whether the current entry is in the interval buffer, at {@link #slot}. */
  private boolean backward;

  private int slot;

  /** The index in the block of the first entry in the interval buffer. */
  private int loaded;

  BlockCursor(CursorMemory memory) {
    this.memory = memory;
    this.key = memory.key();
    this.decoder = new BatchDecoder(memory);
  }

  /** The failure to report for bytes that no writer writes. */
  abstract CorruptionException malformed();

  /** Enters a block; the cursor is not on an entry of it yet. */
  final void enter(MemorySegment segment, long offset, long length) {
    if (!decoder.enter(segment, offset, length)) {
      throw malformed();
    }
    int prefix = decoder.prefix();
    key = memory.ensureKey(prefix, 0);
    WordCopy.copy(segment, decoder.keys(), key, 0, prefix);
    backward = false;
  }

  /** Moves to the block's first entry. */
  final boolean firstInBlock() {
    startAt(0);
    return step();
  }

  /** Moves to the block's last entry. */
  final boolean lastInBlock() {
    int last = decoder.entries() - 1;
    loadInterval(last / decoder.interval());
    return moveToSlot(last % decoder.interval());
  }

  /** Moves to the next entry of the block; false, and does nothing, when there is none. */
  final boolean nextInBlock() {
    if (isLastInBlock()) {
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
      return moveToSlot(slot - 1);
    }
    int wanted = index - 1;
    loadInterval(wanted / decoder.interval());
    return moveToSlot(wanted % decoder.interval());
  }

  /** Appends the current entry and following ones; the cursor is then on the last one appended. */
  final void readForwardInBlock(EntryBatch batch, @Nullable InternalCursor before) {
    decoder.append(batch, this);
    if (backward) {
      turnForward();
    }
    long bound = before == null ? -1L : word(before);
    if (bound == 0) {
      return;
    }
    long maxWord = before == null ? -1L : bound - 1;
    int next = decode(batch, index + 1, decoder.entries(), maxWord);
    if (next > index + 1) {
      index = next - 1;
      moveToLast(batch);
    }
  }

  /** Appends the current entry and preceding ones; the cursor is then on the last one appended. */
  final void readBackwardInBlock(EntryBatch batch, @Nullable InternalCursor behind) {
    decoder.append(batch, this);
    if (!backward) {
      return;
    }
    int last = slot;
    if (behind == null) {
      last = decoder.appendDescending(batch, interval(), slot, 0);
    } else {
      long bound = word(behind);
      if (bound != -1L) {
        last = decoder.appendDescending(batch, interval(), slot, bound + 1);
      }
    }
    // Even if the slot is the same: another key may have been assembled where its key was.
    moveToSlot(last);
  }

  /** Reads the next entries and appends them, see {@link BatchDecoder}. */
  private int decode(EntryBatch batch, int first, int stop, long maxWord) {
    int next = decoder.append(batch, first, stop, keyLength, maxWord);
    if (next < 0) {
      throw malformed();
    }
    return next;
  }

  private EntryBatch interval() {
    return memory.interval(decoder.interval());
  }

  final boolean isLastInBlock() {
    return index + 1 >= decoder.entries();
  }

  final boolean isFirstInBlock() {
    return index == 0;
  }

  /**
   * A number that orders the key of a cursor among the block's keys: keys with a smaller {@link
   * KeyPrefix#word} after the prefix precede it, keys with a larger one follow it.
   */
  private long word(InternalCursor cursor) {
    MemorySegment other = cursor.key();
    long offset = cursor.keyOffset();
    int length = cursor.keyLength();
    int side = side(other, offset, length);
    int prefix = decoder.prefix();
    return side == 0 ? KeyPrefix.word(other, offset + prefix, length - prefix) : side < 0 ? 0 : -1L;
  }

  /** Moves to the last entry of a batch, which was read from this block. */
  private void moveToLast(EntryBatch batch) {
    int last = batch.size() - 1;
    keyLength = batch.keyLength(last);
    key = memory.ensureKey(keyLength, 0);
    WordCopy.copy(batch.key(last), 0, key, 0, keyLength);
    setKey(key, 0, keyLength, batch.trailer(last));
    backward = false;
    setValue(decoder.block(), batch.valueOffset(last), batch.valueLength(last));
  }

  /** Moves to the block's first entry at or after a key; false when there is none. */
  final boolean seekInBlock(MemorySegment target, long offset, int length, long trailer) {
    int side = side(target, offset, length);
    if (side > 0) {
      return false;
    }
    if (side < 0) {
      return firstInBlock();
    }
    startAt(restart(target, offset, length, trailer, 1));
    skip(KeyPrefix.word(target, offset + decoder.prefix(), length - decoder.prefix()));
    while (index < decoder.entries()) {
      step();
      if (compare(target, offset, length, trailer) >= 0) {
        Prefetch.consume(BlockFormat.prefetchValues(decoder.block(), valueOffset(), decoder.end()));
        return true;
      }
      index++;
    }
    return false;
  }

  /** Skips entries after a restart point whose word is less than this; is then on no entry. */
  private void skip(long word) {
    if (word == 0) {
      return;
    }
    int left = decoder.entries() - index;
    int passed = decoder.passUsual(null, 0, 0, keyLength, word - 1, left);
    if (passed > 0) {
      index += passed;
      keyLength = decoder.keyLength();
      key = memory.ensureKey(keyLength, decoder.prefix());
      key.set(BlockDecoder.WORD, decoder.prefix(), decoder.passedWord());
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
    int i = Math.min(decoder.entries() - loaded, decoder.interval()) - 1;
    while (i >= 0 && compareDecoded(i, target, offset, length, trailer) >= 0) {
      i--;
    }
    return i >= 0 && moveToSlot(i);
  }

  /**
   * Checks what the moves do not check completely: that restart points are at entries, and that the
   * entries fill the block. The cursor is on the block's first entry before and after.
   */
  final void verifyBlock() {
    startAt(0);
    decoder.startAtFirst();
    for (int i = 0; i < decoder.entries(); i++) {
      long point = BlockFormat.restart(decoder.at(), i / decoder.interval());
      boolean restart = i % decoder.interval() == 0;
      if (restart && !decoder.isRestart(point)) {
        throw malformed();
      }
      int shared = restart ? 0 : decoder.nextShared();
      int before = restart ? NO_BYTE : keyByte(shared);
      step();
      if (before != NO_BYTE && before == keyByte(shared)) {
        // A search would take the key for greater than it is: see BlockSearch.
        throw malformed();
      }
      int prefix = decoder.prefix();
      if (restart
          && BlockFormat.restartWord(decoder.block(), point)
              != KeyPrefix.word(key, prefix, keyLength - prefix)) {
        throw malformed();
      }
    }
    if (!decoder.isAtEnd()) {
      throw malformed();
    }
    firstInBlock();
  }

  /** A byte of the current key, if the key is that long. */
  private int keyByte(int at) {
    return at >= 0 && at < keyLength ? key.get(ValueLayout.JAVA_BYTE, at) & 0xff : NO_BYTE;
  }

  /** Releases the block's memory. */
  final void leave() {
    decoder.leave();
    index = 0;
  }

  /** Whether a key is below all keys with the block's prefix (-1), among them (0) or above them. */
  private int side(MemorySegment target, long offset, int length) {
    MemorySegment block = decoder.block();
    long keys = decoder.keys();
    int prefix = decoder.prefix();
    int same = KeyOrder.commonPrefix(block, keys, prefix, target, offset, length);
    return same == prefix ? 0 : KeyOrder.compare(target, offset, length, block, keys, prefix);
  }

  private int restart(MemorySegment target, long offset, int length, long trailer, int bound) {
    int prefix = decoder.prefix();
    int restart =
        BlockSearch.restart(
            decoder.block(),
            decoder.at(),
            target,
            offset + prefix,
            length - prefix,
            trailer,
            bound);
    if (restart < 0) {
      throw malformed();
    }
    return restart;
  }

  private int compare(MemorySegment target, long offset, int length, long trailer) {
    return KeyOrder.compare(key, 0, keyLength, trailer(), target, offset, length, trailer);
  }

  private int compareDecoded(int i, MemorySegment target, long offset, int length, long trailer) {
    EntryBatch decoded = interval();
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
    decoder.startAt(restart);
    index = (int) Math.min((long) restart * decoder.interval(), decoder.entries() - 1L);
    keyLength = decoder.prefix();
    backward = false;
  }

  /** Decodes the next entry and moves to it. */
  private boolean step() {
    if (!decoder.read(keyLength)) {
      throw malformed();
    }
    key = decoder.copyKey(memory);
    keyLength = decoder.keyLength();
    setKey(key, 0, keyLength, decoder.trailer());
    long value = decoder.value();
    decoder.pass();
    return setValue(decoder.block(), value, decoder.valueLength());
  }

  /** Decodes all entries of a restart interval into the interval buffer. */
  private void loadInterval(int restart) {
    startAt(restart);
    loaded = index;
    EntryBatch decoded = interval();
    decoded.clear();
    decode(decoded, index, Math.min(decoder.entries(), index + decoder.interval()), -1L);
    backward = true;
  }

  /** Moves to an entry of the interval buffer. */
  private boolean moveToSlot(int i) {
    EntryBatch decoded = interval();
    slot = i;
    index = loaded + i;
    setKey(decoded.key(i), 0, decoded.keyLength(i), decoded.trailer(i));
    return setValue(decoder.block(), decoded.valueOffset(i), decoded.valueLength(i));
  }

  /** Leaves the interval buffer: decodes the current entry again, as {@link #step} needs it. */
  private void turnForward() {
    int wanted = index;
    startAt(wanted / decoder.interval());
    while (index < wanted) {
      step();
      index++;
    }
    step();
  }
}
