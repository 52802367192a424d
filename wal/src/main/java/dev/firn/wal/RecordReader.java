package dev.firn.wal;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds and checks records in the bytes of a segment, whatever they are. It looks at copies only,
 * so that no checksum is computed over memory that a file backs, and what was checked is what is
 * used.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> Owns the memory it copies to, a window of up to 128 KiB, or more if a
 * record that was found valid is longer. The record's memory is valid until the next call.
 */
final class RecordReader {

  /** Where the bytes of a segment come from. */
  interface Source {
    void read(long position, MemorySegment target, long offset, long length);
  }

  private static final long FIRST_WINDOW_BYTES = 1 << 12;

  /** Copied, checked and forgotten: to stay in the processor's cache. */
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

  /** Turns to a segment of which the first {@code limit} bytes may be read. */
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

  /** Whether a whole record of this segment starts here; if so, the accessors tell about it. */
  boolean isRecord(long offset) {
    return isRecord(offset, 0, Long.MAX_VALUE);
  }

  /** As {@link #isRecord(long)}, for records whose first sequence lies in a range. */
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
    // Cheap doubts first; the checksum settles the rest.
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
    // In pieces, so that no memory is taken for a long record that may be none.
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
   * How many bytes here may be a record of this segment that is damaged or half written; 0 if they
   * do not look like one. Either of two fields will do, so that no single flipped bit hides a
   * record.
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

  /**
   * The first place from {@code offset} on whose life tag is this segment's; the limit if none
   * is.
   */
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

  /** Lets {@code entries} stand before the first entry of the record. */
  void entries(RecordEntries entries, Path file) {
    long w = window(at, length);
    entries.reset(file, at, window, w, length, count);
  }

  /** The record's length, padding not included. */
  long length() {
    return length;
  }

  /** Where the next record starts. */
  long end() {
    return at + JournalFormat.padded(length);
  }

  long firstSequence() {
    return firstSequence;
  }

  /** How many entries the record has; 0 for a closing record. */
  int count() {
    return count;
  }

  /** Whether {@link #committed} tells what was on the device, and not only what was written. */
  boolean isSynced() {
    return (commitment & JournalFormat.SYNCED) != 0;
  }

  /** The position that the record's commitment states. */
  long committed() {
    return (long) (commitment & ~JournalFormat.SYNCED) * JournalFormat.RECORD_ALIGNMENT;
  }

  /** How many bytes were checksummed so far. */
  long checksummed() {
    return checksummed;
  }

  /** Has bytes copied to the window, and returns where in it they are. */
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
    view = bytes <= Integer.MAX_VALUE ? window.asByteBuffer() : null;
    filled = 0;
  }
}
