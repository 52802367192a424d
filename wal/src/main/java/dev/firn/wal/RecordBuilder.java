package dev.firn.wal;

import dev.firn.core.Checksum;
import dev.firn.core.Expiry;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.Varint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a record of the journal in memory: room for the header, then the encoded entries of one
 * batch. {@link JournalSegment#append} fills in the header and copies the record to the journal.
 *
 * <p><b>Layout.</b> The record starts at offset 0 of {@link #memory}, so an offset in it is
 * relative to the record's start; see {@link JournalFormat}. A long value of {@link #putBorrowed}
 * is not in this memory: it passes through it in chunks while it is written.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> Borrows its memory, which is off the heap, from {@link RecordBuffers}. It is
 * replaced when the record outgrows it, so {@link #memory} is valid until the next change.
 */
public final class RecordBuilder {

  /** A longer value is not copied by {@link #putBorrowed}. */
  static final int LONG_VALUE_BYTES = RecordBuffers.SMALL_BYTES / 2;

  private final Checksum checksum = new Checksum();
  private final RecordBuffers buffers;
  private final long maxBytes;

  private RecordBuffer buffer;
  private MemorySegment memory;

  /** How much of the memory may be used. */
  private long capacity;

  /** The value that is not in the memory, the last of the record. */
  private @Nullable BorrowedValue borrowed;

  private long end = JournalFormat.RECORD_HEADER_BYTES;
  private long keyBytes;
  private long valueBytes;
  private int count;
  private int rangeDeletions;

  /** Whether the record is written as one whose entries are no writes. */
  private boolean isVoid;

  /** An empty record, for a long time and many entries. */
  public RecordBuilder() {
    this(RecordBuffers.unbounded());
  }

  /**
   * An empty record whose memory the collector alone frees, also what it has outgrown: for readers
   * that go on reading it while it grows.
   */
  public static RecordBuilder collected() {
    return new RecordBuilder(RecordBuffers.collected());
  }

  /** An empty record. */
  public RecordBuilder(RecordBuffers buffers) {
    this(buffers, JournalFormat.MAX_RECORD_BYTES);
  }

  /**
   * An empty record.
   *
   * @param maxBytes the maximum length of the record
   */
  RecordBuilder(RecordBuffers buffers, long maxBytes) {
    this.buffers = buffers;
    this.maxBytes = maxBytes;
    this.buffer = buffers.small(RecordBuffers.FIRST_BYTES);
    this.memory = buffer.memory();
    this.capacity = usable(memory);
  }

  /** Starts over. Gives memory back that is larger than {@link RecordBuffers#keptBytes}. */
  public void clear() {
    end = JournalFormat.RECORD_HEADER_BYTES;
    keyBytes = 0;
    valueBytes = 0;
    count = 0;
    rangeDeletions = 0;
    isVoid = false;
    borrowed = null;
    if (memory.byteSize() > buffers.keptBytes()) {
      use(buffers.small(RecordBuffers.FIRST_BYTES));
    }
  }

  /** Ends the use of a record: gives back what an idle builder must not keep. */
  public void release() {
    if (borrowed != null || memory.byteSize() > buffers.keptBytes()) {
      clear();
    }
  }

  private void use(RecordBuffer next) {
    RecordBuffer old = buffer;
    buffer = next;
    memory = next.memory();
    capacity = usable(memory);
    buffers.giveBack(old);
  }

  /** Adds an entry that sets a key. Key and value may be on or off the heap; both are copied. */
  public void put(
      int tree,
      MemorySegment key,
      long keyOffset,
      int keyLength,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    add(ValueKind.PUT.code(), tree, key, keyOffset, keyLength, value, valueOffset, valueLength);
  }

  /** Adds an entry that sets a key; both arrays are copied, and nothing is allocated for them. */
  public void put(int tree, byte[] key, byte[] value) {
    add(ValueKind.PUT.code(), tree, key, value);
  }

  /** Adds an operand for a key. Key and operand may be on or off the heap; both are copied. */
  public void merge(int tree, MemorySegment key, MemorySegment operand) {
    int length = (int) key.byteSize();
    add(ValueKind.MERGE.code(), tree, key, 0, length, operand, 0, operand.byteSize());
  }

  /** Adds an operand for a key; both arrays are copied, and nothing is allocated for them. */
  public void merge(int tree, byte[] key, byte[] operand) {
    add(ValueKind.MERGE.code(), tree, key, operand);
  }

  private void add(
      int kindCode,
      int tree,
      MemorySegment key,
      long keyOffset,
      int keyLength,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    checkValueLength(valueLength);
    long at = start(kindCode, tree, keyLength, valueLength, valueLength);
    MemorySegment.copy(key, keyOffset, memory, at, keyLength);
    at += keyLength;
    MemorySegment.copy(value, valueOffset, memory, at, valueLength);
    valueBytes += valueLength;
    finish(keyLength, at + valueLength);
  }

  private static void checkValueLength(long length) {
    if (length < 0 || length > JournalFormat.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException("valueLength=" + length);
    }
  }

  private void add(int kindCode, int tree, byte[] key, byte[] value) {
    long at = start(kindCode, tree, key.length, value.length, value.length);
    MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, at, key.length);
    at += key.length;
    MemorySegment.copy(value, 0, memory, ValueLayout.JAVA_BYTE, at, value.length);
    valueBytes += value.length;
    finish(key.length, at + value.length);
  }

  /**
   * Adds the only entry of a record, which sets a key. A long value is not copied before the record
   * is written, and then in chunks, so that it needs little memory; until {@link #clear} this
   * refers to it.
   */
  public void putBorrowed(int tree, byte[] key, byte[] value) {
    if (value.length <= LONG_VALUE_BYTES) {
      put(tree, key, value);
      return;
    }
    assert count == 0;
    // Room for a chunk as well.
    long at = start(ValueKind.PUT.code(), tree, key.length, value.length, LONG_VALUE_BYTES);
    MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, at, key.length);
    borrowed = new BorrowedValue(value, at + key.length);
    valueBytes += value.length;
    finish(key.length, at + key.length + value.length);
  }

  /**
   * Adds an entry that sets a key until an instant.
   *
   * @param expiry the instant, see {@link Expiry}
   */
  public void putExpiring(int tree, MemorySegment key, MemorySegment value, long expiry) {
    int keyLength = (int) key.byteSize();
    long at = startExpiring(tree, keyLength, value.byteSize());
    MemorySegment.copy(key, 0, memory, at, keyLength);
    at += keyLength;
    Expiry.set(memory, at, expiry);
    at += Expiry.BYTES;
    MemorySegment.copy(value, 0, memory, at, value.byteSize());
    finish(keyLength, at + value.byteSize());
  }

  /** Adds an entry that sets a key until an instant; both arrays are copied. */
  public void putExpiring(int tree, byte[] key, byte[] value, long expiry) {
    long at = startExpiring(tree, key.length, value.length);
    MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, at, key.length);
    at += key.length;
    Expiry.set(memory, at, expiry);
    at += Expiry.BYTES;
    MemorySegment.copy(value, 0, memory, ValueLayout.JAVA_BYTE, at, value.length);
    finish(key.length, at + value.length);
  }

  private long startExpiring(int tree, int keyLength, long valueLength) {
    long length = Expiry.BYTES + valueLength;
    checkValueLength(length);
    long at = start(ValueKind.EXPIRING.code(), tree, keyLength, length, length);
    valueBytes += length;
    return at;
  }

  /** Adds an entry that removes a key. The key may be on or off the heap; it is copied. */
  public void delete(int tree, MemorySegment key, long keyOffset, int keyLength) {
    long at = start(ValueKind.DELETE.code(), tree, keyLength, 0, 0);
    MemorySegment.copy(key, keyOffset, memory, at, keyLength);
    finish(keyLength, at + keyLength);
  }

  /** Adds an entry that removes a key; the array is copied, and nothing is allocated for it. */
  public void delete(int tree, byte[] key) {
    long at = start(ValueKind.DELETE.code(), tree, key.length, 0, 0);
    MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, at, key.length);
    finish(key.length, at + key.length);
  }

  /**
   * Adds an entry that removes a range of keys.
   *
   * @param from the first user key of the range
   * @param end the first store key after the range, of the same tree or the tree's end
   */
  public void deleteRange(int tree, byte[] from, byte[] end) {
    add(ValueKind.RANGE_DELETE.code(), tree, from, end);
    rangeDeletions++;
  }

  /**
   * Writes an entry up to its user key, and returns the place of that. Counts nothing yet.
   *
   * @param room the memory needed after the key
   */
  private long start(int kindCode, int tree, int keyLength, long valueLength, long room) {
    if (keyLength < 0 || keyLength > StoreKey.MAX_USER_KEY_BYTES) {
      throw new IllegalArgumentException("keyLength=" + keyLength);
    }
    int storeKeyLength = StoreKey.TREE_BYTES + keyLength;
    ensure(storeKeyLength, valueLength, room);
    MemorySegment m = memory;
    long at = end;
    m.set(ValueLayout.JAVA_BYTE, at, (byte) kindCode);
    if ((storeKeyLength | valueLength) < 0x80) {
      m.set(ValueLayout.JAVA_BYTE, at + 1, (byte) storeKeyLength);
      m.set(ValueLayout.JAVA_BYTE, at + 2, (byte) valueLength);
      at += 3;
    } else {
      at = Varint.put(m, Varint.put(m, at + 1, storeKeyLength), valueLength);
    }
    StoreKey.setTree(m, at, tree);
    return at + StoreKey.TREE_BYTES;
  }

  private void finish(int keyLength, long newEnd) {
    end = newEnd;
    keyBytes += StoreKey.TREE_BYTES + keyLength;
    count++;
  }

  /** The count of entries. */
  public int count() {
    return count;
  }

  /** The count of entries that remove a range of keys. */
  public int rangeDeletions() {
    return rangeDeletions;
  }

  /** Whether there is no entry. */
  public boolean isEmpty() {
    return count == 0;
  }

  /**
   * Sets whether the record is written as a void one: it takes its place and its sequences in the
   * journal, and its entries are no writes.
   */
  public void setVoid(boolean isVoid) {
    this.isVoid = isVoid;
  }

  /** The record's length in bytes, header included, padding not. */
  public long bytes() {
    return end;
  }

  /** The record's length in a segment, padding included. */
  public long paddedBytes() {
    return JournalFormat.padded(end);
  }

  /** The total length of all store keys. */
  public long keyBytes() {
    return keyBytes;
  }

  /** The total length of all keys, without the ids of their trees, and all values. */
  public long userBytes() {
    return keyBytes - (long) StoreKey.TREE_BYTES * count + valueBytes;
  }

  /**
   * Holds the record in its first {@link #bytes} bytes, unless a value {@link #isBorrowed}; valid
   * until the next change.
   */
  public MemorySegment memory() {
    return memory;
  }

  /** Whether the record ends with a value that is not in the memory. */
  boolean isBorrowed() {
    return borrowed != null;
  }

  /** The end of the record. */
  public RecordMark mark() {
    return new RecordMark(end, keyBytes, valueBytes, count, rangeDeletions);
  }

  /**
   * Removes the entries after a mark of this record.
   *
   * @param moves whether the others are copied to other memory, because this is still being read
   */
  public void cut(RecordMark mark, boolean moves) {
    end = mark.end();
    keyBytes = mark.keyBytes();
    valueBytes = mark.valueBytes();
    count = mark.count();
    rangeDeletions = mark.rangeDeletions();
    if (moves) {
      RecordBuffer fresh = buffers.take(memory.byteSize());
      MemorySegment.copy(memory, 0, fresh.memory(), 0, end);
      use(fresh);
    }
  }

  /** Sets {@code entries} before the first entry after a mark, until the next change. */
  public void read(RecordEntries entries, RecordMark after) {
    entries.resetPiece(null, 0, memory, after.end(), end, count - after.count());
  }

  /** Sets {@code entries} before the first entry of this record, until the next change. */
  public void read(RecordEntries entries) {
    if (borrowed == null) {
      entries.reset(memory, 0, end, count);
    } else {
      entries.resetPiece(null, 0, memory, JournalFormat.RECORD_HEADER_BYTES, end, count);
    }
  }

  /**
   * Fills in the header and clears the padding.
   *
   * @param tagged first sequence and life tag
   */
  void seal(long segmentNumber, long offset, long tagged, int commitment) {
    MemorySegment m = memory;
    long length = end;
    long padding = paddedBytes() - length;
    for (long i = 0; i < padding; i++) {
      m.set(ValueLayout.JAVA_BYTE, length + i, (byte) 0);
    }
    sealHead(segmentNumber, offset, tagged, commitment, length);
    m.set(JournalFormat.INT, JournalFormat.CHECKSUM_AT, checksum.value());
  }

  /** Fills in the header without the checksum, and begins the checksum. */
  private void sealHead(
      long segmentNumber, long offset, long tagged, int commitment, long absorbed) {
    MemorySegment m = memory;
    m.set(JournalFormat.INT, JournalFormat.LENGTH_AT, (int) end);
    m.set(JournalFormat.LONG, JournalFormat.SEQUENCE_AT, tagged);
    m.set(JournalFormat.INT, JournalFormat.COUNT_AT, isVoid ? count | JournalFormat.VOID : count);
    m.set(JournalFormat.INT, JournalFormat.COMMITMENT_AT, commitment);
    checksum.start(segmentNumber, offset);
    buffer.absorb(checksum, JournalFormat.LENGTH_AT, absorbed);
  }

  /** As {@link #seal}, and writes the record, in parts of which the header is the last. */
  void writeTo(RecordTarget target, long segmentNumber, long offset, long tagged, int commitment) {
    BorrowedValue value = Objects.requireNonNull(borrowed);
    sealHead(segmentNumber, offset, tagged, commitment, value.headEnd());
    value.write(target, buffer, checksum, paddedBytes());
    memory.set(JournalFormat.INT, JournalFormat.CHECKSUM_AT, checksum.value());
    target.write(0, memory, 0, JournalFormat.RECORD_HEADER_BYTES);
  }

  /** Makes room for an entry, or the part of it before a borrowed value, and the padding. */
  private void ensure(int storeKeyLength, long valueLength, long room) {
    long most = 1L + 2 * Varint.MAX_INT_BYTES + storeKeyLength + room;
    if (capacity - end - JournalFormat.RECORD_ALIGNMENT < most) {
      int lengthBytes = Varint.length(storeKeyLength) + Varint.length(valueLength);
      long keyEnd = end + 1L + lengthBytes + storeKeyLength;
      require(keyEnd + valueLength);
      grow(keyEnd + room);
    }
  }

  private void require(long recordBytes) {
    if (recordBytes > maxBytes) {
      throw new IllegalArgumentException(
          "record of " + recordBytes + " bytes: must be at most " + maxBytes);
    }
  }

  private void grow(long wanted) {
    long padded = wanted + JournalFormat.RECORD_ALIGNMENT;
    if (padded > capacity) {
      long doubled = Long.highestOneBit(padded - 1) << 1;
      RecordBuffer larger =
          buffers.take(Math.min(doubled, maxBytes + JournalFormat.RECORD_ALIGNMENT));
      MemorySegment.copy(memory, 0, larger.memory(), 0, end);
      use(larger);
    }
  }

  /** How much of memory may be used: as much as the longest record and its padding take. */
  private long usable(MemorySegment of) {
    return Math.min(of.byteSize(), maxBytes + JournalFormat.RECORD_ALIGNMENT);
  }
}
