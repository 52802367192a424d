package dev.firn.cli.journal;

import dev.firn.core.Checksum;
import dev.firn.core.file.ReadFile;
import dev.firn.wal.JournalFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether there is a valid record at an offset of a segment. The bytes are copied from the
 * file first: a checksum over mapped pages that the device cannot deliver would crash the JVM.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class RecordCheck {

  private final ReadFile file;
  private final ChronicleView view;
  private final long number;
  private final Checksum checksum = new Checksum();
  private MemorySegment copy = Arena.ofAuto().allocate(1 << 16, 8);

  RecordCheck(ReadFile file, ChronicleView view, long number) {
    this.file = file;
    this.view = view;
    this.number = number;
  }

  /** Whether the low bits of the sequence field are those of this life of the file. */
  boolean isOfThisLife(long offset) {
    return view.u8(offset + JournalFormat.SEQUENCE_AT) == JournalFormat.lifeTag(number);
  }

  /**
   * Why there is no valid record at the offset; null if there is one, of which {@link #record} is
   * then a copy.
   */
  @Nullable String problem(long offset) {
    long room = view.size() - offset;
    long length = length(offset);
    int tag = view.u8(offset + JournalFormat.SEQUENCE_AT);
    if (tag != JournalFormat.lifeTag(number)) {
      return "life tag "
          + tag
          + ", not "
          + JournalFormat.lifeTag(number)
          + (tag == 0 ? ": nothing was written here" : ": left over from an earlier life");
    }
    if (length < JournalFormat.RECORD_HEADER_BYTES || length > room) {
      return "length "
          + length
          + " is not between "
          + JournalFormat.RECORD_HEADER_BYTES
          + " and "
          + room;
    }
    int right =
        checksum(offset, JournalFormat.LENGTH_AT, length - JournalFormat.LENGTH_AT, number, offset);
    int found = view.i32(offset + JournalFormat.CHECKSUM_AT);
    return found == right
        ? null
        : String.format("checksum 0x%08x, and 0x%08x would be right", found, right);
  }

  /** The checksum of a range of the file. */
  int checksum(long offset, long length, long saltA, long saltB) {
    return checksum(offset, 0, length, saltA, saltB);
  }

  private int checksum(long offset, long skipped, long length, long saltA, long saltB) {
    read(offset, skipped + length);
    return checksum.start(saltA, saltB).update(copy, skipped, length).value();
  }

  private void read(long offset, long length) {
    if (copy.byteSize() < length) {
      copy = Arena.ofAuto().allocate(length, 8);
    }
    file.read(offset, copy, 0, length);
  }

  /** The length field of the record at the offset. */
  long length(long offset) {
    return Integer.toUnsignedLong(view.i32(offset + JournalFormat.LENGTH_AT));
  }

  /** A copy of the last valid record. */
  MemorySegment record() {
    return copy;
  }
}
