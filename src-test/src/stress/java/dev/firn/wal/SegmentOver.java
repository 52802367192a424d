package dev.firn.wal;

/** Segments without a journal. */
public final class SegmentOver {

  private static final int NUMBER = 1;
  private static final int FIRST_SEQUENCE = 1;

  private SegmentOver() {}

  /** An empty segment, the first of its store. */
  public static JournalSegment file(PlainMappedFile file) {
    return JournalSegment.over(file, NUMBER, FIRST_SEQUENCE, null);
  }

  /** The place of the first record. */
  public static long start() {
    return JournalFormat.HEADER_BYTES;
  }
}
