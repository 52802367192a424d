package dev.firn.wal;

import dev.firn.core.Checksum;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.Varint;
import dev.firn.error.CorruptionException;
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
 * <p>A record of any length is read through a window of a fixed size. Its entries come in
 * <i>pieces</i>: as many entries as have their heads, that is kind, lengths and key, in the window.
 * A record that fits into the window is one piece. A longer one is read twice, and the second
 * reading is checksummed too.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> The window, of up to 192 KiB, belongs to the arena of {@link #allocateIn}.
 * The memory of a piece is valid until the next call.
 */
final class RecordReader {

  /** The source of a segment's bytes. */
  interface Source {
    void read(long position, MemorySegment target, long offset, long length);
  }

  private static final long FIRST_WINDOW_BYTES = 1 << 12;

  /**
   * Small enough that copying and checking stay in the processor's cache, and large enough for the
   * head of any entry.
   */
  static final long WINDOW_BYTES = 3 << 16;

  private final Checksum checksum = new Checksum();

  private @Nullable Arena arena;
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
  private boolean isVoid;
  private int commitment;
  private int stated;

  /** Where the next piece starts in the segment. */
  private long pieceAt;

  /** The count of entries in the next pieces. */
  private int left;

  private int pieceEntries;

  /** Whether the pieces are checksummed. */
  private boolean checking;

  /** Where the bytes start that are not checksummed yet. */
  private long checkedTo;

  RecordReader() {}

  /** Takes all memory from an arena, in place of the collector's; called before the first use. */
  void allocateIn(Arena owner) {
    arena = owner;
  }

  /** Opens a segment of which the first {@code limit} bytes may be read. */
  void open(Source source, long number, long limit) {
    this.source = source;
    this.number = number;
    this.limit = limit;
    this.lifeTag = (byte) JournalFormat.lifeTag(number);
    this.nextWindowBytes = FIRST_WINDOW_BYTES;
    this.base = 0;
    this.filled = 0;
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
    int counted = window.get(JournalFormat.INT, w + JournalFormat.COUNT_AT);
    count = counted & ~JournalFormat.VOID;
    isVoid = counted < 0;
    commitment = window.get(JournalFormat.INT, w + JournalFormat.COMMITMENT_AT);
    // Cheap checks first; the checksum decides the rest.
    return (byte) tagged == lifeTag
        && length <= room
        && length <= JournalFormat.MAX_RECORD_BYTES
        && (count > 0 || !isVoid)
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
    stated = window.get(JournalFormat.INT, w + JournalFormat.CHECKSUM_AT);
    checksum.start(number, at);
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

  /**
   * Goes before the first piece of the record.
   *
   * @param check whether a second reading of the record's bytes is checksummed, for a caller that
   *     uses the entries; {@link #nextPiece} throws after the last piece if the bytes have changed
   */
  void rewind(boolean check) {
    pieceAt = at + JournalFormat.RECORD_HEADER_BYTES;
    left = count;
    checking = check && length > WINDOW_BYTES;
    if (checking) {
      checksum.start(number, at);
      checkedTo = at + JournalFormat.LENGTH_AT;
    }
  }

  /**
   * Sets {@code entries} before the first entry of the next piece.
   *
   * @return false after the last piece
   */
  boolean nextPiece(RecordEntries entries, Path file) {
    long recordEnd = at + length;
    if (left == 0 && pieceAt == recordEnd) {
      finishCheck(file);
      return false;
    }
    absorbTo(pieceAt);
    long from = pieceAt;
    // The whole of a short record, so that the bytes that were checked are not read again.
    long start = length <= WINDOW_BYTES ? at : from;
    long w = from - start + window(start, Math.min(recordEnd - start, WINDOW_BYTES));
    int heads = 0;
    while (heads < left && pieceAt < base + filled) {
      long next = afterEntry(pieceAt);
      if (next < 0) {
        break;
      }
      pieceAt = next;
      heads++;
    }
    if (heads == 0) {
      // Malformed, which the entries tell.
      heads = Math.min(1, left);
      pieceAt = recordEnd;
    }
    left -= heads;
    pieceEntries = heads;
    entries.resetPiece(file, from, window, w, pieceAt - base, heads);
    absorbTo(Math.min(pieceAt, base + filled));
    return true;
  }

  /** The place after an entry of the record; -1 if it is malformed or its head is cut off. */
  private long afterEntry(long entry) {
    long w = entry - base;
    long key = Varint.get(window, w + 1, filled);
    if (key < 0 || key > StoreKey.MAX_BYTES) {
      return -1;
    }
    long valueAt = w + 1 + Varint.length(key);
    long value = Varint.get(window, valueAt, filled);
    long keyAt = valueAt + Varint.length(Math.max(0, value));
    if (value < 0 || value > JournalFormat.MAX_VALUE_BYTES || key > filled - keyAt) {
      return -1;
    }
    if (window.get(ValueLayout.JAVA_BYTE, w) == ValueKind.RANGE_DELETE.code()
        && key + value > filled - keyAt) {
      return -1; // the end of a range is read with its start
    }
    long next = base + keyAt + key + value;
    return next <= at + length ? next : -1;
  }

  private void absorbTo(long place) {
    while (checking && checkedTo < place) {
      long step = Math.min(place - checkedTo, WINDOW_BYTES);
      if (checkedTo >= base && checkedTo < base + filled) {
        // What is in the window is what a piece uses.
        step = Math.min(step, base + filled - checkedTo);
      }
      update(window(checkedTo, step), step);
      checkedTo += step;
    }
  }

  private void finishCheck(Path file) {
    absorbTo(at + length);
    if (checking && checksum.value() != stated) {
      throw new CorruptionException(file, at, "the bytes that were checked", "others");
    }
  }

  /** The count of the entries of the piece. */
  int pieceEntries() {
    return pieceEntries;
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

  /** Whether the record takes its sequences only: its entries are no writes. */
  boolean isVoid() {
    return isVoid;
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
    Arena owner = arena;
    window = (owner == null ? Arena.ofAuto() : owner).allocate(bytes, Long.BYTES);
    view = bytes <= Checksum.MAX_VIEW_BYTES ? window.asByteBuffer() : null;
    filled = 0;
  }
}
