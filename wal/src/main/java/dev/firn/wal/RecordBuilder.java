package dev.firn.wal;

import dev.firn.core.Checksum;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.Varint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Builds a record of the journal in memory: room for the header, then the encoded entries of one
 * batch. {@link JournalSegment#append} fills in the header and copies the record to the journal.
 *
 * <p><b>Layout.</b> The record starts at offset 0 of {@link #memory}, so an offset in it is
 * relative to the record's start; see {@link JournalFormat}.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> The garbage collector frees the memory, which is off the heap. It is
 * replaced when the record outgrows it, so {@link #memory} is valid until the next change.
 */
public final class RecordBuilder {

  private static final int INITIAL_BYTES = 1024;

  /** The maximum size of a buffer that {@link #clear} keeps. */
  private static final int MAX_KEPT_BYTES = 1 << 20;

  private final Checksum checksum = new Checksum();

  private final long maxBytes;

  private MemorySegment memory = MemorySegment.NULL;

  /** The memory as the checksum takes it without allocating; null if it is too large for that. */
  private @Nullable ByteBuffer view;

  /** How much of the memory may be used. */
  private long capacity;

  private long end = JournalFormat.RECORD_HEADER_BYTES;
  private long keyBytes;
  private long valueBytes;
  private int count;

  /** An empty record. */
  public RecordBuilder() {
    this(JournalFormat.MAX_RECORD_BYTES);
  }

  /**
   * An empty record.
   *
   * @param maxBytes the maximum length of the record
   */
  RecordBuilder(long maxBytes) {
    this.maxBytes = maxBytes;
    allocate(INITIAL_BYTES);
  }

  /** Starts over. Keeps a buffer of up to 1 MiB, frees a larger one. */
  public void clear() {
    end = JournalFormat.RECORD_HEADER_BYTES;
    keyBytes = 0;
    valueBytes = 0;
    count = 0;
    if (memory.byteSize() > MAX_KEPT_BYTES) {
      allocate(INITIAL_BYTES);
    }
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
    if (valueLength < 0 || valueLength > JournalFormat.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException("valueLength=" + valueLength);
    }
    long at = start(ValueKind.PUT.code(), tree, keyLength, valueLength);
    MemorySegment.copy(key, keyOffset, memory, at, keyLength);
    at += keyLength;
    MemorySegment.copy(value, valueOffset, memory, at, valueLength);
    valueBytes += valueLength;
    finish(keyLength, at + valueLength);
  }

  /** Adds an entry that sets a key; both arrays are copied, and nothing is allocated for them. */
  public void put(int tree, byte[] key, byte[] value) {
    long at = start(ValueKind.PUT.code(), tree, key.length, value.length);
    MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, at, key.length);
    at += key.length;
    MemorySegment.copy(value, 0, memory, ValueLayout.JAVA_BYTE, at, value.length);
    valueBytes += value.length;
    finish(key.length, at + value.length);
  }

  /** Adds an entry that removes a key. The key may be on or off the heap; it is copied. */
  public void delete(int tree, MemorySegment key, long keyOffset, int keyLength) {
    long at = start(ValueKind.DELETE.code(), tree, keyLength, 0);
    MemorySegment.copy(key, keyOffset, memory, at, keyLength);
    finish(keyLength, at + keyLength);
  }

  /** Adds an entry that removes a key; the array is copied, and nothing is allocated for it. */
  public void delete(int tree, byte[] key) {
    long at = start(ValueKind.DELETE.code(), tree, key.length, 0);
    MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, at, key.length);
    finish(key.length, at + key.length);
  }

  /** Writes an entry up to its user key, and returns the place of that. Counts nothing yet. */
  private long start(int kindCode, int tree, int keyLength, long valueLength) {
    if (keyLength < 0 || keyLength > StoreKey.MAX_USER_KEY_BYTES) {
      throw new IllegalArgumentException("keyLength=" + keyLength);
    }
    int storeKeyLength = StoreKey.TREE_BYTES + keyLength;
    ensure(storeKeyLength, valueLength);
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

  /** Whether there is no entry. */
  public boolean isEmpty() {
    return count == 0;
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

  /** Holds the record in its first {@link #bytes} bytes; valid until the next change. */
  public MemorySegment memory() {
    return memory;
  }

  /** Sets {@code entries} before the first entry of this record, until the next change. */
  public void read(RecordEntries entries) {
    entries.reset(memory, 0, end, count);
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
    m.set(JournalFormat.INT, JournalFormat.LENGTH_AT, (int) length);
    m.set(JournalFormat.LONG, JournalFormat.SEQUENCE_AT, tagged);
    m.set(JournalFormat.INT, JournalFormat.COUNT_AT, count);
    m.set(JournalFormat.INT, JournalFormat.COMMITMENT_AT, commitment);
    checksum.start(segmentNumber, offset);
    ByteBuffer buffer = view;
    if (buffer != null) {
      checksum.update(buffer.limit((int) length).position(JournalFormat.LENGTH_AT));
    } else {
      checksum.update(m, JournalFormat.LENGTH_AT, length - JournalFormat.LENGTH_AT);
    }
    m.set(JournalFormat.INT, JournalFormat.CHECKSUM_AT, checksum.value());
  }

  /** Makes room for an entry and the padding after it. */
  private void ensure(int storeKeyLength, long valueLength) {
    long most = 1L + 2 * Varint.MAX_INT_BYTES + storeKeyLength + valueLength;
    if (capacity - end - JournalFormat.RECORD_ALIGNMENT < most) {
      int lengthBytes = Varint.length(storeKeyLength) + Varint.length(valueLength);
      grow(1L + lengthBytes + storeKeyLength + valueLength);
    }
  }

  private void grow(long more) {
    long wanted = end + more;
    if (wanted > maxBytes) {
      throw new IllegalArgumentException(
          "record of " + wanted + " bytes: must be at most " + maxBytes);
    }
    long room = wanted + JournalFormat.RECORD_ALIGNMENT;
    if (room > capacity) {
      MemorySegment old = memory;
      allocate(Math.min(Long.highestOneBit(room - 1) << 1, longest()));
      MemorySegment.copy(old, 0, memory, 0, end);
    }
  }

  /** Size of the longest record and its padding. */
  private long longest() {
    return maxBytes + JournalFormat.RECORD_ALIGNMENT;
  }

  private void allocate(long bytes) {
    MemorySegment fresh = Arena.ofAuto().allocate(bytes, Long.BYTES);
    view = bytes <= Checksum.MAX_VIEW_BYTES ? fresh.asByteBuffer() : null;
    memory = fresh;
    capacity = Math.min(bytes, longest());
  }
}
