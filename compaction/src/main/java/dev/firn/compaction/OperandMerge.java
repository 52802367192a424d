package dev.firn.compaction;

import dev.firn.core.EntryBatch;
import dev.firn.core.ReadMoment;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.merge.OperandChain;
import dev.firn.core.merge.OperandMergers;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.sstable.ValueReference;
import dev.firn.version.OpenValueFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The merge operands of one key between two boundaries, in a flush or compaction. They become one
 * entry where that is possible:
 *
 * <pre>
 *  what the operands meet                        what is written, with the newest one's sequence
 *  a value or a deletion between the boundaries  the value that they make
 *  no older entry of the key anywhere            the value that they make
 *  anything else                                 one operand that does what they do together
 * </pre>
 *
 * <p>If the merger is not known, cannot combine operands, or fails, the operands are written as
 * they were read, and so is what they meet. That is also done when they are too large together for
 * the heap of a background thread.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The native memory is the arena's.
 */
final class OperandMerge {

  /** Max bytes of the operands and the value that are merged here. */
  private static final long MAX_BYTES = 8 << 20;

  private static final long MIN_BUFFER_BYTES = 1024;

  /** Takes the entries to be written, in their order. */
  @FunctionalInterface
  interface Sink {

    /** Writes an entry, whose key and value start at offset 0. */
    void write(MemorySegment key, int keyLength, long trailer, MemorySegment value, int length);
  }

  private enum State {
    /** The key has no operand between the boundaries. */
    NONE,
    /** The chain has all its operands so far. */
    OPEN,
    /** They are too large: the rest is written as it is read. */
    PASSING
  }

  private final Arena arena;
  private final OperandMergers mergers;
  private final OpenValueFiles files;
  private final Sink sink;
  private final OperandChain chain = new OperandChain();
  private MemorySegment key = MemorySegment.NULL;
  private MemorySegment buffer = MemorySegment.NULL;
  private int keyLength;
  private boolean isOldest;
  private State state = State.NONE;

  /**
   * @param files the value files that values before operands may be in
   */
  OperandMerge(Arena arena, OperandMergers mergers, OpenValueFiles files, Sink sink) {
    this.arena = arena;
    this.mergers = mergers;
    this.files = files;
    this.sink = sink;
  }

  /** Whether the entries read last are operands, to which an older entry of the key may belong. */
  boolean isOpen() {
    return state != State.NONE;
  }

  /** Whether no reader reads between the key's older boundaries: there are none. */
  boolean isOldest() {
    return isOldest;
  }

  /**
   * Begins the operands of a key between two boundaries.
   *
   * @param oldest whether no boundary is below them
   */
  void begin(MemorySegment storeKey, int length, boolean oldest) {
    if (key.byteSize() < length) {
      key = arena.allocate(Math.max(length, MIN_BUFFER_BYTES), Long.BYTES);
    }
    MemorySegment.copy(storeKey, 0, key, 0, length);
    keyLength = length;
    isOldest = oldest;
    int userBytes = length - StoreKey.TREE_BYTES;
    byte[] userKey = new byte[userBytes];
    MemorySegment.copy(key, ValueLayout.JAVA_BYTE, StoreKey.TREE_BYTES, userKey, 0, userBytes);
    chain.begin(userKey, mergers.of(StoreKey.tree(key, 0)));
    state = State.OPEN;
  }

  /** Adds an operand, the next older entry of the key. */
  void add(EntryBatch batch, int entry) {
    long trailer = batch.trailer(entry);
    MemorySegment value = batch.value(entry);
    long offset = batch.valueOffset(entry);
    int length = batch.valueLength(entry);
    if (state == State.OPEN && chain.bytes() + length > MAX_BYTES) {
      writeOperands();
      state = State.PASSING;
    }
    if (state == State.PASSING) {
      write(trailer, value, offset, length);
      return;
    }
    chain.add(trailer, value, offset, length);
    if (chain.isLong()) {
      combine();
    }
  }

  /**
   * Ends the operands at an entry between the same boundaries, which is what they change.
   *
   * @param mayHaveOlder whether older entries of the key may exist
   * @return false if the operands were written as they are, so that the entry must be, too
   */
  boolean endAt(EntryBatch batch, int entry, boolean mayHaveOlder) {
    boolean merged = false;
    if (state == State.OPEN) {
      long trailer = batch.trailer(entry);
      if (SequenceNumber.kindCode(trailer) == ValueKind.DELETE.code()) {
        merged = apply(null, mayHaveOlder);
      } else {
        byte[] value = chain.isMergerKnown() ? value(batch, entry) : null;
        merged = value != null && apply(value, mayHaveOlder);
      }
      if (!merged) {
        writeOperands();
      }
    }
    state = State.NONE;
    return merged;
  }

  /**
   * Ends the operands: no older entry between the boundaries was read.
   *
   * @param mayHaveOlder whether older entries of the key may exist, among those that were read or
   *     elsewhere
   */
  void end(boolean mayHaveOlder) {
    if (state == State.OPEN && (mayHaveOlder || !apply(null, false))) {
      combine();
      writeOperands();
    }
    state = State.NONE;
  }

  /** The key of the operands, from its start. */
  MemorySegment key() {
    return key;
  }

  int keyLength() {
    return keyLength;
  }

  /** A copy of an entry's value; null if it is too large or cannot be read. */
  private byte @Nullable [] value(EntryBatch batch, int entry) {
    MemorySegment memory = batch.value(entry);
    long offset = batch.valueOffset(entry);
    int length = batch.valueLength(entry);
    long trailer = batch.trailer(entry);
    if (ReadMoment.isReference(trailer)) {
      ValueReference reference = OpenValueFiles.reference(memory, offset, length);
      length = reference.length();
      if (chain.bytes() + length > MAX_BYTES) {
        return null;
      }
      memory = reserve(length);
      offset = 0;
      try {
        files.file(reference).read(reference, memory);
      } catch (CorruptionException | StorageException e) {
        return null; // the entry stays as it is, so that the damage affects no other
      }
    } else if (SequenceNumber.kindCode(trailer) != ValueKind.PUT.code()) {
      return null;
    }
    if (chain.bytes() + length > MAX_BYTES) {
      return null;
    }
    byte[] value = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, value, 0, length);
    return value;
  }

  private void combine() {
    try {
      chain.combine();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Writes the value after the operands, if their merger makes it. */
  private boolean apply(byte @Nullable [] value, boolean mayHaveOlder) {
    if (!chain.isMergerKnown()) {
      return false;
    }
    byte[] result;
    try {
      result = chain.apply(value);
    } catch (RuntimeException | Error e) {
      failed(e);
      return false;
    }
    long sequence = isOldest && !mayHaveOlder ? 0 : SequenceNumber.sequence(chain.trailer(0));
    write(SequenceNumber.trailer(sequence, ValueKind.PUT.code()), result);
    return true;
  }

  private void failed(Throwable cause) {
    FaultBarrier.pass();
    if (cause instanceof InternalError lostPage) {
      throw lostPage; // not the merger's: the device could not deliver what was copied
    }
    mergers.failed(StoreKey.tree(key, 0), cause);
  }

  private void writeOperands() {
    for (int i = 0; i < chain.size(); i++) {
      write(chain.trailer(i), chain.operand(i));
    }
    chain.clear();
  }

  private void write(long trailer, byte[] value) {
    MemorySegment memory = reserve(value.length);
    MemorySegment.copy(value, 0, memory, ValueLayout.JAVA_BYTE, 0, value.length);
    sink.write(key, keyLength, trailer, memory, value.length);
  }

  private void write(long trailer, MemorySegment value, long offset, int length) {
    sink.write(key, keyLength, trailer, value.asSlice(offset, length), length);
  }

  private MemorySegment reserve(int bytes) {
    if (buffer.byteSize() < bytes) {
      buffer = arena.allocate(Math.max(MIN_BUFFER_BYTES, 2L * bytes), Long.BYTES);
    }
    return buffer;
  }
}
