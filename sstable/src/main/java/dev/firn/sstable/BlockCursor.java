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

  private static final int NO_BYTE = -1;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final CursorMemory memory;
  private final BlockDecoder decoder = new BlockDecoder();

  /** The entry the cursor stands on, counted in the block. */
  private int index;

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
    if (!decoder.enter(segment, offset, length)) {
      throw malformed();
    }
    int prefix = decoder.prefix();
    key = memory.ensureKey(prefix, 0);
    WordCopy.copy(segment, decoder.keys(), key, 0, prefix);
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
    int last = decoder.entries() - 1;
    loadInterval(last / decoder.interval());
    return serve(last % decoder.interval());
  }

  /**
   * Moves to the next entry of the block; false when there is none, and then nothing has
   * changed.
   */
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
      return serve(slot - 1);
    }
    int wanted = index - 1;
    loadInterval(wanted / decoder.interval());
    return serve(wanted % decoder.interval());
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
    int next = decode(batch, index + 1, decoder.entries(), most);
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
    EntryBatch decoded = memory.interval(decoder.interval());
    int prefix = decoder.prefix();
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
            decoder.block(),
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
    int prefix = decoder.prefix();
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
        decoder.block(),
        valueOffset(),
        valueLength());
  }

  /** The number of the block's prefix in a batch. */
  @SuppressWarnings("ReferenceEquality") // the very same batch
  private int head(EntryBatch batch) {
    if (headBatch != batch || headEpoch != batch.epoch()) {
      head = batch.addHead(decoder.block(), decoder.keys(), decoder.prefix());
      headBatch = batch;
      headEpoch = batch.epoch();
    }
    return head;
  }

  /**
   * Appends the entries that the decoder reads next. The key before them is {@link #key}.
   *
   * @param first the first of them, counted in the block
   * @param stop the entry not to append any more
   * @param most the largest word behind the prefix to be appended
   * @return the first entry that was not appended
   */
  private int decode(EntryBatch batch, int first, int stop, long most) {
    int prefix = decoder.prefix();
    int length = keyLength;
    long word = KeyPrefix.word(memory.key(), prefix, length - prefix);
    int i = first;
    while (i < stop && !batch.isFull()) {
      int many = Math.min(stop - i, batch.room());
      int passed = decoder.passUsual(batch, head(batch), word, length, most, many);
      i += passed;
      if (passed > 0) {
        word = decoder.passedWord();
        length = decoder.keyLength();
      }
      if (passed == many) {
        continue;
      }
      read(length);
      long next = decoder.word(word);
      if (Long.compareUnsigned(next, most) > 0) {
        break;
      }
      appendRead(batch, word, length, next);
      word = next;
      length = decoder.keyLength();
      decoder.pass();
      i++;
    }
    return i;
  }

  /**
   * Appends the entry that was read, and leaves its key in the buffer if that is a long one.
   *
   * @param previous the word of the key before it, which is in the buffer if it is a long one
   */
  private void appendRead(EntryBatch batch, long previous, int previousLength, long word) {
    int prefix = decoder.prefix();
    int length = decoder.keyLength();
    if (length - prefix <= Long.BYTES) {
      batch.append(
          head(batch),
          word,
          length,
          decoder.trailer(),
          decoder.block(),
          decoder.value(),
          decoder.valueLength());
      return;
    }
    if (previousLength - prefix <= Long.BYTES) {
      memory.key().set(WORD, prefix, previous);
    }
    batch.append(
        copySuffix(),
        0,
        length,
        decoder.trailer(),
        decoder.block(),
        decoder.value(),
        decoder.valueLength());
  }

  /** Puts together the key that was read, in the buffer that holds the one before it. */
  private MemorySegment copySuffix() {
    MemorySegment buffer = memory.ensureKey(decoder.keyLength(), decoder.shared());
    WordCopy.copy(decoder.block(), decoder.suffix(), buffer, decoder.shared(), decoder.unshared());
    return buffer;
  }

  private void read(int previousLength) {
    if (!decoder.read(previousLength)) {
      throw malformed();
    }
  }

  final boolean isLastInBlock() {
    return index + 1 >= decoder.entries();
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
    int prefix = decoder.prefix();
    return side == 0 ? KeyPrefix.word(other, offset + prefix, length - prefix) : side < 0 ? 0 : -1L;
  }

  private long word(EntryBatch batch, int entry) {
    int prefix = decoder.prefix();
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

  /** From a restart point on, passes entries whose word is less than this; stands on none. */
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
      key.set(WORD, decoder.prefix(), decoder.passedWord());
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
    return i >= 0 && serve(i);
  }

  /**
   * Checks what moving relies on in part only: that the restart points are where entries are, and
   * that the entries fill the block. The cursor stands on the block's first entry before and after.
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
        // A search would take it for greater than it is: see BlockSearch.
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

  /** A byte of the key that the cursor stands at, if it is so long. */
  private int keyByte(int at) {
    return at >= 0 && at < keyLength ? key.get(ValueLayout.JAVA_BYTE, at) & 0xff : NO_BYTE;
  }

  /** Lets go of the block's memory. */
  final void leave() {
    decoder.leave();
    index = 0;
  }

  /** Where a key lies: below all keys with the block's prefix, among them (0), or above them. */
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
    EntryBatch decoded = memory.interval(decoder.interval());
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

  /** Decodes the next entry, and stands on it. */
  private boolean step() {
    read(keyLength);
    key = copySuffix();
    keyLength = decoder.keyLength();
    setKey(key, 0, keyLength, decoder.trailer());
    long value = decoder.value();
    decoder.pass();
    return setValue(decoder.block(), value, decoder.valueLength());
  }

  /** Decodes all entries of an interval into the interval buffer. */
  private void loadInterval(int restart) {
    startAt(restart);
    loaded = index;
    EntryBatch decoded = memory.interval(decoder.interval());
    decoded.clear();
    decode(decoded, index, Math.min(decoder.entries(), index + decoder.interval()), -1L);
    backward = true;
  }

  /** Stands on an entry of the interval in the buffer. */
  private boolean serve(int i) {
    EntryBatch decoded = memory.interval(decoder.interval());
    slot = i;
    index = loaded + i;
    setKey(decoded.key(i), 0, decoded.keyLength(i), decoded.trailer(i));
    return setValue(decoder.block(), decoded.valueOffset(i), decoded.valueLength(i));
  }

  /** Puts the current entry, served from the buffer, where {@link #step} expects the last one. */
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
