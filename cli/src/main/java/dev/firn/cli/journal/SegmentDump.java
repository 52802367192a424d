package dev.firn.cli.journal;

import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.Varint;
import dev.firn.error.CorruptionException;
import dev.firn.wal.JournalFormat;
import dev.firn.wal.RecordEntries;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints one segment, whose bytes {@link JournalFormat} describes. Fields are read in order through
 * the {@link ChronicleView}; {@link RecordEntries} finds the entries of a record, as in recovery.
 *
 * <p>After the last record follow zeros, or records of an earlier life of the file. Anything else
 * is damage, and the dump continues at the next valid record.
 */
final class SegmentDump {

  private final Path path;
  private final HeaderDump header;
  private final ChronicleView view;
  private final HexLines lines;
  private final RecordCheck check;
  private final RecordEntries entries = new RecordEntries();
  private long problems;

  SegmentDump(Path path, ChronicleView view, HeaderDump header, HexLines lines, RecordCheck check) {
    this.path = path;
    this.header = header;
    this.view = view;
    this.lines = lines;
    this.check = check;
  }

  /** The count of damaged places. */
  long problems() {
    return problems;
  }

  /** Prints up to {@code max} records and returns the count of those printed. */
  long print(long max) {
    if (view.size() < JournalFormat.HEADER_BYTES) {
      lines.remark("too short for a header");
      problems++;
      return 0;
    }
    if (!header.print()) {
      problems++;
      lines.remark("DAMAGED: this is not the header of the segment that the file's name says");
    }
    long printed = 0;
    long at = JournalFormat.HEADER_BYTES;
    while (printed < max && isRoomAt(at)) {
      String problem = check.problem(at);
      if (problem == null) {
        record(at);
        printed++;
        at += JournalFormat.padded(check.length(at));
        continue;
      }
      long next = nextRecord(at);
      if (next < 0) {
        end(at, problem);
        return printed;
      }
      problems++;
      lines.remark("DAMAGED at " + at + ": " + problem + "; the next record is at " + next);
      at = next;
    }
    lines.remark(isRoomAt(at) ? "more records follow" : "end of the segment");
    return printed;
  }

  private boolean isRoomAt(long at) {
    return view.size() - at >= JournalFormat.RECORD_HEADER_BYTES;
  }

  /** The offset of the next valid record of this life; -1 if there is none. */
  private long nextRecord(long from) {
    for (long at = from + JournalFormat.RECORD_ALIGNMENT;
        isRoomAt(at);
        at += JournalFormat.RECORD_ALIGNMENT) {
      if (check.isOfThisLife(at) && check.problem(at) == null) {
        return at;
      }
    }
    return -1;
  }

  private void end(long at, String problem) {
    if (check.isOfThisLife(at)) {
      lines.remark("TORN at " + at + ": " + problem + "; opening the store drops it");
    } else {
      lines.remark("end of the records at " + at + ": " + problem);
    }
  }

  private void record(long at) {
    long length = check.length(at);
    long tagged = view.i64(at + JournalFormat.SEQUENCE_AT);
    int counted = view.i32(at + JournalFormat.COUNT_AT);
    int count = counted & ~JournalFormat.VOID;
    int commitment = view.i32(at + JournalFormat.COMMITMENT_AT);
    long sequence = tagged >>> 8;
    lines.remark(
        String.format(
            Locale.ROOT, "record at %d: %,d bytes, %s", at, length, kind(count, counted < 0)));
    u32(at + JournalFormat.CHECKSUM_AT, "checksum", "right");
    u32(at + JournalFormat.LENGTH_AT, "length", Long.toString(length));
    lines.field(
        at + JournalFormat.SEQUENCE_AT,
        Long.BYTES,
        "first sequence",
        sequence + ", life tag " + (tagged & 0xff));
    u32(at + JournalFormat.COUNT_AT, "count", count + (counted < 0 ? ", VOID" : ""));
    u32(at + JournalFormat.COMMITMENT_AT, "commitment", commitment(commitment));
    entries(at, length, count, sequence);
  }

  private static String kind(int count, boolean isVoid) {
    String entries = count + (count == 1 ? " entry" : " entries");
    return count == 0 ? "closes the segment" : isVoid ? "void, " + entries : entries;
  }

  private static String commitment(int commitment) {
    long position = (long) (commitment & ~JournalFormat.SYNCED) * JournalFormat.RECORD_ALIGNMENT;
    return (commitment & JournalFormat.SYNCED) != 0
        ? "synced to " + position
        : "published to " + position;
  }

  private void entries(long at, long length, int count, long firstSequence) {
    entries.reset(path, at, check.record(), 0, length, count);
    long sequence = firstSequence;
    long entry = at + JournalFormat.RECORD_HEADER_BYTES;
    try {
      while (entries.next()) {
        entry(entry, at, sequence++);
        entry = at + entries.valueOffset() + entries.valueLength();
      }
    } catch (CorruptionException e) {
      problems++;
      lines.remark("DAMAGED: " + e.getMessage());
    }
  }

  /** Prints the entry that starts at {@code entry}, of the record that starts at {@code record}. */
  private void entry(long entry, long record, long sequence) {
    int keyLengthBytes = Varint.length(entries.keyLength());
    int valueLengthBytes = Varint.length(entries.valueLength());
    long key = record + entries.keyOffset();
    int user = entries.keyLength() - StoreKey.TREE_BYTES;
    lines.field(entry, 1, "kind", kind(entries.kindCode()) + ", sequence " + sequence);
    lines.field(
        entry + 1, keyLengthBytes, "store key length", Integer.toString(entries.keyLength()));
    lines.field(
        entry + 1 + keyLengthBytes,
        valueLengthBytes,
        "value length",
        Long.toString(entries.valueLength()));
    lines.field(
        key,
        StoreKey.TREE_BYTES,
        "tree",
        Integer.toUnsignedString(Integer.reverseBytes(view.i32(key))));
    lines.blob(key + StoreKey.TREE_BYTES, user, "key");
    if (entries.kindCode() == ValueKind.RANGE_DELETE.code()) {
      lines.blob(record + entries.valueOffset(), entries.valueLength(), "end, a store key");
    } else if (entries.kindCode() != ValueKind.DELETE.code()) {
      lines.blob(record + entries.valueOffset(), entries.valueLength(), "value");
    }
  }

  private static String kind(int code) {
    for (ValueKind kind : ValueKind.values()) {
      if (kind.code() == code) {
        return kind.name();
      }
    }
    return Integer.toString(code);
  }

  private void u32(long offset, String name, String value) {
    lines.field(offset, Integer.BYTES, name, value);
  }
}
