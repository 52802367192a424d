package dev.firn.wal;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds and checks records in the bytes of a segment, which may be anything. It reads copies only,
 * so that the bytes that were checked are the bytes that are used.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> Owns the memory it copies to: a window of up to 128 KiB, or more for a valid
 * record that is longer. The record's memory is valid until the next call.
 */
final class RecordReader {

  /** The source of a segment's bytes. */
  interface Source {
    void read(long position, MemorySegment target, long offset, long length);
  }

  private static final long FIRST_WINDOW_BYTES = 1 << 12;

  /** Small enough that copying and checking stay in the processor's cache. */
  private static final long WINDOW_BYTES = 1 << 17;

  private final Checksum checksum = new Checksum();

  private MemorySegment window = MemorySegment.NULL;
  private @Nullable ByteBuffer view;
  private long base;
  private long filled;
  private long nextWindowBytes;

  private Source source = (position, target, offset, length) -> {};
  private long number;
  private long limit;
  private byte lifeTag;
  private long checksummed;

  private long at;
  private long length;
  private long firstSequence;
  private int count;
  private int commitment;

  RecordReader() {}

  /** Opens a segment of which the first {@code limit} bytes may be read. */
  void open(Source source, long number, long limit) {
    this.source = source;
    this.number = number;
    this.limit = limit;
    this.lifeTag = (byte) JournalFormat.lifeTag(number);
    this.nextWindowBytes = FIRST_WINDOW_BYTES;
    this.base = 0;
    this.filled = 0;
    if (window.byteSize() > WINDOW_BYTES) {
      allocate(WINDOW_BYTES);
    }
  }

  /** Whether a valid record of this segment starts here; if so, the accessors describe it. */
  boolean isRecord(long offset) {
    return isRecord(offset, 0, Long.MAX_VALUE);
  }

  /** As {@link #isRecord(long)}, for records whose first sequence is in a range. */
  boolean isRecord(long offset, long minSequence, long maxSequence) {
    long room = limit - offset;
    if (room < JournalFormat.RECORD_HEADER_BYTES) {
      return false;
    }
    long w = window(offset, JournalFormat.RECORD_HEADER_BYTES);
    at = offset;
    length = Integer.toUnsignedLong(window.get(JournalFormat.INT, w + JournalFormat.LENGTH_AT));
    long tagged = window.get(JournalFormat.LONG, w + JournalFormat.SEQUENCE_AT);
    firstSequence = tagged >>> 8;
    count = window.get(JournalFormat.INT, w + JournalFormat.COUNT_AT);
    commitment = window.get(JournalFormat.INT, w + JournalFormat.COMMITMENT_AT);
    // Cheap checks first; the checksum decides the rest.
    return (byte) tagged == lifeTag
        && length <= room
        && length <= JournalFormat.MAX_RECORD_BYTES
        && count >= 0
        && length - JournalFormat.RECORD_HEADER_BYTES
            >= (long) count * JournalFormat.MIN_ENTRY_BYTES
        && (count > 0 || length == JournalFormat.RECORD_HEADER_BYTES)
        && firstSequence >= minSequence
        && firstSequence <= maxSequence
        && committed() <= offset
        && isChecksumRight();
  }

  private boolean isChecksumRight() {
    checksummed += length;
    long w = window(at, Math.min(length, WINDOW_BYTES));
    int stated = window.get(JournalFormat.INT, w + JournalFormat.CHECKSUM_AT);
    checksum.start(number, at);
    // In pieces, so that no memory is allocated for a long record that may not be valid.
    for (long done = JournalFormat.LENGTH_AT; done < length; ) {
      long step = Math.min(length - done, WINDOW_BYTES);
      update(window(at + done, step), step);
      done += step;
    }
    return checksum.value() == stated;
  }

  private void update(long from, long bytes) {
    ByteBuffer buffer = view;
    if (buffer != null) {
      checksum.update(buffer.limit((int) (from + bytes)).position((int) from));
    } else {
      checksum.update(window, from, bytes);
    }
  }

  /**
   * The count of bytes that may be a damaged or torn record of this segment; 0 if they do not look
   * like one. One of two fields has to match, so that no single flipped bit hides a record.
   */
  long bytesOfTorn(long offset, long sequence) {
    long room = limit - offset;
    if (room < JournalFormat.RECORD_HEADER_BYTES) {
      return 0;
    }
    long w = window(offset, JournalFormat.RECORD_HEADER_BYTES);
    long tagged = window.get(JournalFormat.LONG, w + JournalFormat.SEQUENCE_AT);
    if ((byte) tagged != lifeTag && tagged >>> 8 != sequence) {
      return 0;
    }
    long stated =
        Integer.toUnsignedLong(window.get(JournalFormat.INT, w + JournalFormat.LENGTH_AT));
    return Math.clamp(JournalFormat.padded(stated), JournalFormat.RECORD_HEADER_BYTES, room);
  }

  /** The first place from {@code offset} on with this segment's life tag, or the limit. */
  long nextTagged(long offset) {
    long o = offset;
    while (limit - o >= JournalFormat.RECORD_HEADER_BYTES) {
      long w = window(o, JournalFormat.RECORD_HEADER_BYTES);
      long end = filled - JournalFormat.RECORD_HEADER_BYTES;
      MemorySegment m = window;
      byte tag = lifeTag;
      for (; w <= end; w += JournalFormat.RECORD_ALIGNMENT) {
        if (m.get(ValueLayout.JAVA_BYTE, w + JournalFormat.SEQUENCE_AT) == tag) {
          return base + w;
        }
      }
      o = base + w;
    }
    return limit;
  }

  /** Sets {@code entries} before the first entry of the record. */
  void entries(RecordEntries entries, Path file) {
    long w = window(at, length);
    entries.reset(file, at, window, w, length, count);
  }

  /** The record's length, padding not included. */
  long length() {
    return length;
  }

  /** The place of the next record. */
  long end() {
    return at + JournalFormat.padded(length);
  }

  long firstSequence() {
    return firstSequence;
  }

  /** The count of the record's entries; 0 for a closing record. */
  int count() {
    return count;
  }

  /** Whether {@link #committed} was on the device, not only written. */
  boolean isSynced() {
    return (commitment & JournalFormat.SYNCED) != 0;
  }

  /** The position that the record's commitment states. */
  long committed() {
    return (long) (commitment & ~JournalFormat.SYNCED) * JournalFormat.RECORD_ALIGNMENT;
  }

  /** The count of bytes checksummed so far. */
  long checksummed() {
    return checksummed;
  }

  /** Copies bytes to the window, and returns their place in it. */
  private long window(long offset, long need) {
    if (offset < base || need > base + filled - offset) {
      load(offset, need);
    }
    return offset - base;
  }

  private void load(long offset, long need) {
    long bytes = Math.min(Math.max(need, nextWindowBytes), limit - offset);
    nextWindowBytes = Math.min(4 * nextWindowBytes, WINDOW_BYTES);
    if (window.byteSize() < bytes) {
      allocate(bytes);
    }
    filled = 0;
    source.read(offset, window, 0, bytes);
    base = offset;
    filled = bytes;
  }

  private void allocate(long bytes) {
    window = Arena.ofAuto().allocate(bytes, Long.BYTES);
    view = bytes <= Checksum.MAX_VIEW_BYTES ? window.asByteBuffer() : null;
    filled = 0;
  }
}
