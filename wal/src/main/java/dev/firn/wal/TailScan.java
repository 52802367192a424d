package dev.firn.wal;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import org.jspecify.annotations.Nullable;

/**
 * Scans what follows the place where the records of a journal stop: whether a later record states
 * that the missing record was complete, and how much is there. The rules of evidence are in {@code
 * docs/format/journal-recovery.md}.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class TailScan {

  /**
   * The maximum count of bytes to checksum, in segment sizes. More bytes that look like records and
   * are not must have been made on purpose.
   */
  private static final int MAX_CHECKSUM_FACTOR = 4;

  /** The maximum of bytes that a device loses at the start of a segment while the rest remains. */
  private static final long MAX_LOST_BYTES = 1 << 20;

  /** More entries than a journal ever holds. */
  private static final long MAX_ENTRIES = 1L << 40;

  private final FileSystem fs;
  private final RecordReader reader;
  private final long expected;
  private final long bootId;

  private long records;
  private long bytes;
  private boolean torn;
  private @Nullable String evidence;

  /**
   * @param expected the sequence of the record that is missing
   */
  TailScan(FileSystem fs, RecordReader reader, long expected) {
    this.fs = fs;
    this.reader = reader;
    this.expected = expected;
    this.bootId = fs.bootId();
  }

  /**
   * Scans the segment in which the records stop, from that place on.
   *
   * @param closed whether a closing record is at that place: nothing after it counts
   */
  void scanBroken(SegmentFile file, long offset, boolean closed) {
    if (closed) {
      return;
    }
    scan(file, offset, offset, offset);
    if (records == 0) {
      try (ReadFile in = fs.openRead(file.path())) {
        reader.open(in::read, file.number(), file.bytes());
        bytes = reader.bytesOfTorn(offset, expected);
      }
    }
    torn = records > 0 || bytes > 0;
  }

  /**
   * Scans a later segment. It states no SYNCED position before all earlier segments are on the
   * device, and no PUBLISHED position but its start before all of them are completely written.
   */
  void scanLater(SegmentFile file) {
    scan(file, JournalFormat.HEADER_BYTES, 0, JournalFormat.HEADER_BYTES);
    torn |= records > 0 || file.isActivated();
  }

  /**
   * Whether a segment holds records although its header is not activated and there is no record at
   * its start: the device has lost or restored some of its bytes.
   */
  boolean holdsRecords(SegmentFile file) {
    try (ReadFile in = fs.openRead(file.path())) {
      long limit = Math.min(file.bytes(), MAX_LOST_BYTES);
      reader.open(in::read, file.number(), limit);
      long budget = reader.checksummed() + MAX_CHECKSUM_FACTOR * limit;
      long at = reader.nextTagged(JournalFormat.HEADER_BYTES);
      while (at < limit && reader.checksummed() <= budget) {
        if (reader.isRecord(at, expected, expected + MAX_ENTRIES)) {
          return true;
        }
        at = reader.nextTagged(at + JournalFormat.RECORD_ALIGNMENT);
      }
      return false;
    }
  }

  /**
   * @param from the place to begin
   * @param syncedBound a SYNCED position beyond it is evidence
   * @param publishedBound a PUBLISHED position beyond it is evidence within the same boot
   */
  private void scan(SegmentFile file, long from, long syncedBound, long publishedBound) {
    boolean sameBoot = bootId != 0 && file.bootId() == bootId;
    try (ReadFile in = fs.openRead(file.path())) {
      reader.open(in::read, file.number(), file.bytes());
      long budget = reader.checksummed() + MAX_CHECKSUM_FACTOR * file.bytes();
      long last = from;
      long at = reader.nextTagged(from);
      while (at < file.bytes() && evidence == null) {
        if (reader.isRecord(at, expected, expected + MAX_ENTRIES)) {
          records++;
          last = reader.end();
          if (reader.isSynced()
              ? reader.committed() > syncedBound
              : sameBoot && reader.committed() > publishedBound) {
            evidence = "the word of a later record, at " + file.path().getFileName() + ":" + at;
          }
          at = reader.nextTagged(last);
        } else {
          at = reader.nextTagged(at + JournalFormat.RECORD_ALIGNMENT);
        }
        if (reader.checksummed() > budget) {
          evidence = "more that looks like records than " + file.path().getFileName() + " can hold";
        }
      }
      bytes += last - from;
    }
  }

  /** The evidence that the missing record was complete; null if there is none. */
  @Nullable String evidence() {
    return evidence;
  }

  /** Whether something was written after the place where the records stop. */
  boolean isTorn() {
    return torn;
  }

  /** The count of whole records found. */
  long records() {
    return records;
  }

  /** The count of bytes that they span, from where the scans began. */
  long bytes() {
    return bytes;
  }
}
