package dev.firn.wal;

/**
 * A place in a record that is being built: its end at some moment.
 *
 * @param end the length of the record
 * @param keyBytes the total length of its store keys
 * @param valueBytes the total length of its values
 * @param count the count of its entries
 * @param rangeDeletions the count of those that remove a range of keys
 */
public record RecordMark(long end, long keyBytes, long valueBytes, int count, int rangeDeletions) {

  /** The place before the first entry. */
  public static final RecordMark START =
      new RecordMark(JournalFormat.RECORD_HEADER_BYTES, 0, 0, 0, 0);
}
