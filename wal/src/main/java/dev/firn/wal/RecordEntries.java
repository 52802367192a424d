package dev.firn.wal;

import dev.firn.core.Expiry;
import dev.firn.core.KeyOrder;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.Varint;
import dev.firn.core.range.RangeTombstone;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the entries of one record, or of a piece of it; reused from record to record. The
 * bytes are not trusted: every entry that it returns is inside the record, and malformed bytes are
 * reported.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> Owns nothing; the caller keeps the record's memory valid.
 */
public final class RecordEntries {

  private @Nullable Path file;
  private long fileOffset;

  private MemorySegment segment = MemorySegment.NULL;
  private long start;
  private long end;
  private long at;
  private int left;

  private int kindCode;
  private int keyLength;
  private long valueLength;
  private long keyOffset;

  /** Without a record. */
  public RecordEntries() {}

  /** Sets this to the record and the position of another one. */
  public void resetTo(RecordEntries other) {
    file = other.file;
    fileOffset = other.fileOffset;
    segment = other.segment;
    start = other.start;
    end = other.end;
    at = other.at;
    left = other.left;
    kindCode = other.kindCode;
    keyLength = other.keyLength;
    valueLength = other.valueLength;
    keyOffset = other.keyOffset;
  }

  /**
   * Sets this before the first entry of a record in memory. Malformed bytes are an {@link
   * IllegalStateException}.
   *
   * @param segment holds the record at {@code offset}, {@code length} bytes without its padding
   * @param count the count of entries in the record's header
   */
  public void reset(MemorySegment segment, long offset, long length, int count) {
    reset(null, offset, segment, offset, length, count);
  }

  /**
   * As {@link #reset(MemorySegment, long, long, int)}, for a record from {@code fileOffset} of a
   * file: malformed bytes are a {@link CorruptionException}.
   */
  public void reset(
      @Nullable Path file,
      long fileOffset,
      MemorySegment segment,
      long offset,
      long length,
      int count) {
    if (length < JournalFormat.RECORD_HEADER_BYTES
        || offset < 0
        || offset > segment.byteSize()
        || length > segment.byteSize() - offset) {
      throw new IndexOutOfBoundsException("offset=" + offset + " length=" + length);
    }
    resetPiece(file, fileOffset, segment, offset, offset + length, count);
    this.at = offset + JournalFormat.RECORD_HEADER_BYTES;
  }

  /**
   * Sets this before the first of some consecutive entries of a record. The memory has the heads of
   * the entries; it may end before the last value does.
   *
   * @param offset where the first of them starts in the memory
   * @param end where the last of them ends, or would end
   */
  void resetPiece(
      @Nullable Path file,
      long fileOffset,
      MemorySegment segment,
      long offset,
      long end,
      int count) {
    this.file = file;
    this.fileOffset = fileOffset;
    this.segment = segment;
    this.start = offset;
    this.end = end;
    this.at = offset;
    this.left = count;
  }

  /** Moves to the next entry; false after the last. */
  public boolean next() {
    if (left == 0) {
      if (at != end) {
        throw malformed("no more entries", (end - at) + " more bytes");
      }
      return false;
    }
    MemorySegment s = segment;
    long entry = at;
    long room = end - entry - 3;
    if (room < StoreKey.TREE_BYTES) {
      throw malformed("an entry", "the record's end");
    }
    int key = s.get(ValueLayout.JAVA_BYTE, entry + 1);
    long value = s.get(ValueLayout.JAVA_BYTE, entry + 2);
    long body = entry + 3;
    if ((key | value) < 0) {
      body = lengths(entry + 1);
      key = keyLength;
      value = valueLength;
      room = end - body;
    }
    int kind = s.get(ValueLayout.JAVA_BYTE, entry) & 0xff;
    check(kind, key, value, room);
    if (kind == ValueKind.RANGE_DELETE.code()) {
      checkRange(body, key, value);
    }
    kindCode = kind;
    keyLength = key;
    keyOffset = body;
    valueLength = value;
    at = body + key + value;
    left--;
    return true;
  }

  /** Reads lengths that are not one byte each, and returns the offset after them. */
  private long lengths(long offset) {
    long key = Varint.get(segment, offset, end);
    if (key < 0 || key > StoreKey.MAX_BYTES) {
      throw malformed("a store key's length", "varint " + key);
    }
    long valueAt = offset + Varint.length(key);
    long value = Varint.get(segment, valueAt, end);
    if (value < 0 || value > JournalFormat.MAX_VALUE_BYTES) {
      throw malformed("a value's length", "varint " + value);
    }
    keyLength = (int) key;
    valueLength = value;
    return valueAt + Varint.length(value);
  }

  private void check(int kind, int key, long value, long room) {
    if (!ValueKind.isInJournal(kind)) {
      throw malformed("the code of an entry's kind", Integer.toString(kind));
    }
    if (key < StoreKey.TREE_BYTES || key > room) {
      throw malformed("a store key of 4 to " + room + " bytes", "length " + key);
    }
    if (value > room - key) {
      throw malformed("a value of up to " + (room - key) + " bytes", "length " + value);
    }
    if (kind == ValueKind.DELETE.code() && value != 0) {
      throw malformed("no value with a deletion", value + " bytes");
    }
    if (kind == ValueKind.EXPIRING.code() && value < Expiry.BYTES) {
      throw malformed("an expiry", value + " bytes");
    }
  }

  /** Checks the end of a range, which is in memory even if other values are not. */
  private void checkRange(long key, int keyLength, long endLength) {
    MemorySegment s = segment;
    long endAt = key + keyLength;
    if (endLength < StoreKey.TREE_BYTES
        || endLength > StoreKey.MAX_BYTES
        || endLength > s.byteSize() - endAt) {
      throw malformed("the end of a range", endLength + " bytes");
    }
    int end = (int) endLength;
    int tree = StoreKey.tree(s, key);
    int endTree = StoreKey.tree(s, endAt);
    boolean isOfTree = endTree == tree || (end == StoreKey.TREE_BYTES && endTree == tree + 1);
    if (!isOfTree || KeyOrder.compare(s, key, keyLength, s, endAt, end) >= 0) {
      throw malformed("a range that ends after its start", "another one");
    }
  }

  /** Checks that the remaining entries are well formed. */
  public void checkAll() {
    while (next()) {
      // A malformed entry throws.
    }
  }

  private RuntimeException malformed(String expected, String found) {
    Path source = file;
    long where = fileOffset + (at - start);
    return source != null
        ? new CorruptionException(source, where, expected, found)
        : new IllegalStateException(
            "malformed record: expected " + expected + " at offset " + where + ", found " + found);
  }

  /** The memory that holds the record. */
  public MemorySegment segment() {
    return segment;
  }

  /** Where the record, or the piece of it, starts in {@link #segment}. */
  public long recordOffset() {
    return start;
  }

  /** Where the record, or the piece of it, starts in its file. */
  long fileOffset() {
    return fileOffset;
  }

  /** The code of the entry's kind. */
  public int kindCode() {
    return kindCode;
  }

  /** Where the entry's store key starts in {@link #segment}. */
  public long keyOffset() {
    return keyOffset;
  }

  /** The length of the entry's store key in bytes. */
  public int keyLength() {
    return keyLength;
  }

  /** The entry, which removes a range of keys, as a tombstone. */
  public RangeTombstone range(long sequence) {
    return new RangeTombstone(
        segment.asSlice(keyOffset, keyLength).toArray(ValueLayout.JAVA_BYTE),
        segment.asSlice(valueOffset(), valueLength).toArray(ValueLayout.JAVA_BYTE),
        sequence);
  }

  /** Where the entry's value starts in {@link #segment}. */
  public long valueOffset() {
    return keyOffset + keyLength;
  }

  /** The length of the entry's value in bytes. */
  public long valueLength() {
    return valueLength;
  }
}
