package dev.firn.sstable;

import static dev.firn.sstable.BlockFormat.MALFORMED;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyPrefix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A block decoder that appends entries to batches. The block's prefix becomes a head of the batch
 * once, so that a key with at most 8 bytes after the prefix costs one number.
 *
 * <p>Here the <i>word</i> of a key is the {@link KeyPrefix#word} of its bytes after the prefix.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time: that of the block cursor.
 */
final class BatchDecoder extends BlockDecoder {

  private final CursorMemory memory;

  /** The number of the block's prefix among the heads of {@link #headBatch}. */
  private int head;

  private @Nullable EntryBatch headBatch;
  private long headEpoch;

  /**
   * @param memory has the key buffer
   */
  BatchDecoder(CursorMemory memory) {
    this.memory = memory;
  }

  @Override
  boolean enter(MemorySegment segment, long offset, long length) {
    headBatch = null;
    return super.enter(segment, offset, length);
  }

  /** Appends the entry that a cursor over the block is on. */
  void append(EntryBatch batch, InternalCursor entry) {
    int prefix = prefix();
    int rest = entry.keyLength() - prefix;
    if (rest > Long.BYTES) {
      batch.append(entry);
      return;
    }
    batch.append(
        head(batch),
        KeyPrefix.word(entry.key(), entry.keyOffset() + prefix, rest),
        entry.keyLength(),
        entry.trailer(),
        block(),
        entry.valueOffset(),
        entry.valueLength());
  }

  /**
   * Appends decoded entries in descending order, from an index on, until one has a smaller word or
   * the batch is full.
   *
   * @param decoded entries of the block
   * @param from the index of the entry after the first one to append
   * @param minWord the smallest word to append
   * @return the index of the last entry that was appended; {@code from} if none was
   */
  int appendDescending(EntryBatch batch, EntryBatch decoded, int from, long minWord) {
    int prefix = prefix();
    int i = from;
    while (i > 0 && !batch.isFull()) {
      int length = decoded.keyLength(i - 1);
      boolean isShort = length - prefix <= Long.BYTES;
      long word = isShort ? decoded.tail(i - 1) : word(decoded, i - 1);
      if (Long.compareUnsigned(word, minWord) < 0) {
        break;
      }
      i--;
      if (isShort) {
        batch.append(
            head(batch),
            word,
            length,
            decoded.trailer(i),
            block(),
            decoded.valueOffset(i),
            decoded.valueLength(i));
      } else {
        batch.append(decoded, i);
      }
    }
    return i;
  }

  private long word(EntryBatch batch, int entry) {
    int prefix = prefix();
    return KeyPrefix.word(batch.key(entry), prefix, batch.keyLength(entry) - prefix);
  }

  /**
   * Reads the next entries and appends them. The preceding key is in the key buffer.
   *
   * @param first the index in the block of the first of these entries
   * @param stop the index in the block at which to stop
   * @param keyLength length of the preceding key
   * @param maxWord the largest word to append
   * @return the index of the first entry that was not appended, or {@link BlockFormat#MALFORMED}
   */
  int append(EntryBatch batch, int first, int stop, int keyLength, long maxWord) {
    int prefix = prefix();
    int length = keyLength;
    long word = KeyPrefix.word(memory.key(), prefix, length - prefix);
    int i = first;
    while (i < stop && !batch.isFull()) {
      int wanted = Math.min(stop - i, batch.room());
      int passed = passUsual(batch, head(batch), word, length, maxWord, wanted);
      i += passed;
      if (passed > 0) {
        word = passedWord();
        length = keyLength();
      }
      if (passed == wanted) {
        continue;
      }
      if (!read(length)) {
        return MALFORMED;
      }
      long next = word(word);
      if (Long.compareUnsigned(next, maxWord) > 0) {
        break;
      }
      appendRead(batch, word, length, next);
      word = next;
      length = keyLength();
      pass();
      i++;
    }
    return i;
  }

  /**
   * Appends the entry that was read. A key of more than 8 bytes after the prefix is left in
   * the key buffer.
   *
   * @param previous the word of the preceding key, which is in the key buffer if it is such a key
   * @param previousLength length of the preceding key
   * @param word the word of the entry's key
   */
  private void appendRead(EntryBatch batch, long previous, int previousLength, long word) {
    int prefix = prefix();
    int length = keyLength();
    if (length - prefix <= Long.BYTES) {
      batch.append(head(batch), word, length, trailer(), block(), value(), valueLength());
      return;
    }
    if (previousLength - prefix <= Long.BYTES) {
      memory.key().set(WORD, prefix, previous);
    }
    batch.append(copyKey(memory), 0, length, trailer(), block(), value(), valueLength());
  }

  /** The number of the block's prefix among the heads of a batch. */
  @SuppressWarnings("ReferenceEquality") // the same object
  private int head(EntryBatch batch) {
    if (headBatch != batch || headEpoch != batch.epoch()) {
      head = batch.addHead(block(), keys(), prefix());
      headBatch = batch;
      headEpoch = batch.epoch();
    }
    return head;
  }
}
