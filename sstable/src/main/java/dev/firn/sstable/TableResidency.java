package dev.firn.sstable;

/**
 * Whether the tables of a store fit into the memory that is there for their pages.
 *
 * <p>While they fit, plain blocks are read in place in the mapped files, and the page cache becomes
 * warm as fast as the kernel's read-ahead makes it. When they have outgrown it, a fault would read
 * the kernel's whole window for one block and push out as much. Then blocks are read by positional
 * reads of their own length into the block cache, indexes and filters are copied to memory, scans
 * read ahead by their own measure, and pages of new tables are given back.
 *
 * <p><b>Threading.</b> One thread at a time updates it; any thread asks.
 */
public final class TableResidency {

  /** The tables fit again when they leave this part of the room free: no back and forth. */
  private static final int SLACK_PARTS = 8;

  private final long roomBytes;

  /** Racy on purpose: a reader may go on for a while in the way that was right before. */
  private boolean outgrown;

  /** Racy on purpose, too. */
  private boolean large;

  /**
   * A residency.
   *
   * @param roomBytes memory for the pages of tables; {@link Long#MAX_VALUE} if it never ends
   */
  TableResidency(long roomBytes) {
    if (roomBytes < 0) {
      throw new IllegalArgumentException("roomBytes=" + roomBytes);
    }
    this.roomBytes = roomBytes;
  }

  /** Whether the tables do not fit. */
  public boolean isOutgrown() {
    return outgrown;
  }

  /**
   * Whether the tables would not fit if they were not compressed: then new ones are written for as
   * few and as small reads as possible. It does not depend on whether they are.
   */
  public boolean isLarge() {
    return large;
  }

  /**
   * Sets the sizes.
   *
   * @param tableBytes the bytes of all tables
   * @param dataBytes the bytes of their keys and values, uncompressed
   * @return whether {@link #isOutgrown} has changed: open tables are then to {@link Table#adapt}
   */
  public boolean update(long tableBytes, long dataBytes) {
    boolean before = outgrown;
    outgrown = exceeds(tableBytes, before);
    large = exceeds(Math.max(tableBytes, dataBytes), large);
    return outgrown != before;
  }

  private boolean exceeds(long bytes, boolean before) {
    return bytes > (before ? roomBytes - roomBytes / SLACK_PARTS : roomBytes);
  }

  @Override
  public String toString() {
    return "TableResidency[roomBytes="
        + roomBytes
        + ", outgrown="
        + outgrown
        + ", large="
        + large
        + "]";
  }
}
