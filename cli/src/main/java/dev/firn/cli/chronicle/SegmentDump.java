package dev.firn.cli.chronicle;

import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.Varint;
import dev.firn.error.CorruptionException;
import dev.firn.wal.JournalFormat;
import dev.firn.wal.RecordEntries;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints one segment, see {@link JournalFormat} for what its bytes are. Fields are read in their
 * order through the {@link ChronicleView}; where the entries of a record lie is decided by {@link
 * RecordEntries}, as in recovery.
 *
 * <p>Behind the last record lie zeros, or records of an earlier life of the file. A place that is
 * neither is damage, and the dump goes on at the next record that is right.
 */
final class SegmentDump {

  private static final int SYNCED = 1 << 31;

  private final Path path;
  private final ChronicleView view;
  private final HexLines lines;
  private final RecordCheck check;
  private final RecordEntries entries = new RecordEntries();
  private long problems;

  SegmentDump(Path path, ChronicleView view, HexLines lines, RecordCheck check) {
    this.path = path;
    this.view = view;
    this.lines = lines;
    this.check = check;
  }

  /** How many places were damaged. */
  long problems() {
    return problems;
  }

  /** Prints up to {@code max} records and returns how many it printed. */
  long print(long max) {
    if (view.size() < JournalFormat.HEADER_BYTES) {
      lines.remark("too short for a header");
      problems++;
      return 0;
    }
    header();
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

  /** Where the next record of this life stands that is right; -1 when none does. */
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

  private void header() {
    int magic = view.i32(0);
    field(0, 4, "magic", magic == JournalFormat.MAGIC ? "FRNJ" : "not that of a journal");
    field(4, 4, "version", Integer.toUnsignedString(view.i32(4)));
    field(8, 8, "number", Long.toString(view.i64(8)));
    field(16, 8, "size", String.format(Locale.ROOT, "%,d", view.i64(16)));
    long distance = Integer.toUnsignedLong(view.i32(24));
    field(24, 4, "prepared after", distance == 0 ? "none" : "" + (view.i64(8) - distance));
    field(28, 4, "checksum", hex(view.i32(28)));
    field(32, 8, "boot id", String.format("0x%016x", view.i64(32)));
    field(40, 8, "first sequence", Long.toString(view.i64(40)));
    field(48, 8, "previous segment", view.i64(48) == 0 ? "none" : Long.toString(view.i64(48)));
    field(56, 4, "reserved", "");
    field(60, 4, "checksum", hex(view.i32(60)));
    if (isBlank(32, 64)) {
      lines.remark("not in use yet");
    }
  }

  private boolean isBlank(long from, long to) {
    for (long at = from; at < to; at += Long.BYTES) {
      if (view.i64(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private void record(long at) {
    long length = check.length(at);
    long tagged = view.i64(at + 8);
    int count = view.i32(at + 16);
    int commitment = view.i32(at + 20);
    long sequence = tagged >>> 8;
    lines.remark(
        String.format(
            Locale.ROOT,
            "record at %d: %,d bytes, %s",
            at,
            length,
            count == 0 ? "closes the segment" : count + (count == 1 ? " entry" : " entries")));
    field(at, 4, "checksum", hex(view.i32(at)) + ", right");
    field(at + 4, 4, "length", Long.toString(length));
    field(at + 8, 8, "first sequence", sequence + ", life tag " + (tagged & 0xff));
    field(at + 16, 4, "count", Integer.toUnsignedString(count));
    field(at + 20, 4, "commitment", commitment(commitment));
    entries(at, length, count, sequence);
  }

  private static String commitment(int commitment) {
    long position = (long) (commitment & ~SYNCED) * JournalFormat.RECORD_ALIGNMENT;
    return (commitment & SYNCED) != 0 ? "synced to " + position : "published to " + position;
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
    field(entry, 1, "kind", kind(entries.kindCode()) + ", sequence " + sequence);
    field(entry + 1, keyLengthBytes, "store key length", Integer.toString(entries.keyLength()));
    field(
        entry + 1 + keyLengthBytes,
        valueLengthBytes,
        "value length",
        Long.toString(entries.valueLength()));
    field(
        key,
        StoreKey.TREE_BYTES,
        "tree",
        Integer.toUnsignedString(Integer.reverseBytes(view.i32(key))));
    lines.blob(key + StoreKey.TREE_BYTES, user, "key");
    if (entries.kindCode() != ValueKind.DELETE.code()) {
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

  private void field(long offset, int length, String name, String value) {
    lines.field(offset, length, name, value);
  }

  private static String hex(int value) {
    return String.format("0x%08x", value);
  }
}
