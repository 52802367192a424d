package dev.firn.cli.journal;

import dev.firn.wal.JournalFormat;
import java.util.Locale;

/** Prints the header of a segment, see {@link JournalFormat}. */
final class HeaderDump {

  private final ChronicleView view;
  private final HexLines lines;
  private final RecordCheck check;
  private final long number;

  HeaderDump(ChronicleView view, HexLines lines, RecordCheck check, long number) {
    this.view = view;
    this.lines = lines;
    this.check = check;
    this.number = number;
  }

  /** Prints it; returns false if it is not the header of this segment. */
  boolean print() {
    boolean right = preparation();
    if (isBlank(JournalFormat.ACTIVATION_AT, JournalFormat.HEADER_BYTES)) {
      lines.remark("not in use yet");
      return right;
    }
    activation();
    return right;
  }

  private boolean preparation() {
    boolean magic = view.i32(JournalFormat.MAGIC_AT) == JournalFormat.MAGIC;
    boolean sum =
        check.checksum(0, JournalFormat.HEADER_CHECKSUM_AT, 0, 0)
            == view.i32(JournalFormat.HEADER_CHECKSUM_AT);
    long said = view.i64(JournalFormat.NUMBER_AT);
    u32(JournalFormat.MAGIC_AT, "magic", magic ? "FRNJ" : "not that of a journal");
    u32(JournalFormat.VERSION_AT, "version", view.u32(JournalFormat.VERSION_AT));
    u64(JournalFormat.NUMBER_AT, "number", Long.toString(said));
    u64(
        JournalFormat.SIZE_AT,
        "size",
        String.format(Locale.ROOT, "%,d", view.i64(JournalFormat.SIZE_AT)));
    u32(JournalFormat.PREPARED_AFTER_AT, "prepared after", preparedAfter(said));
    u32(JournalFormat.HEADER_CHECKSUM_AT, "checksum", sum ? "right" : "WRONG");
    return magic && sum && said == number;
  }

  private String preparedAfter(long said) {
    int distance = view.i32(JournalFormat.PREPARED_AFTER_AT);
    return distance == 0 ? "none" : "segment " + (said - Integer.toUnsignedLong(distance));
  }

  /** Prints the activation, which a power cut may lose: recovery does not need it. */
  private void activation() {
    int from = JournalFormat.ACTIVATION_AT;
    boolean sum =
        check.checksum(from, JournalFormat.ACTIVATION_CHECKSUM_AT - from, number, from)
            == view.i32(JournalFormat.ACTIVATION_CHECKSUM_AT);
    long previous = view.i64(JournalFormat.PREVIOUS_AT);
    u64(
        JournalFormat.BOOT_ID_AT,
        "boot id",
        String.format("0x%016x", view.i64(JournalFormat.BOOT_ID_AT)));
    u64(
        JournalFormat.FIRST_SEQUENCE_AT,
        "first sequence",
        Long.toString(view.i64(JournalFormat.FIRST_SEQUENCE_AT)));
    u64(JournalFormat.PREVIOUS_AT, "previous", previous == 0 ? "none" : "segment " + previous);
    u32(JournalFormat.ACTIVATION_RESERVED_AT, "reserved", "");
    u32(JournalFormat.ACTIVATION_CHECKSUM_AT, "checksum", sum ? "right" : "WRONG");
  }

  private boolean isBlank(long from, long to) {
    for (long at = from; at < to; at += Long.BYTES) {
      if (view.i64(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private void u32(int offset, String name, String value) {
    lines.field(offset, Integer.BYTES, name, value);
  }

  private void u64(int offset, String name, String value) {
    lines.field(offset, Long.BYTES, name, value);
  }
}
