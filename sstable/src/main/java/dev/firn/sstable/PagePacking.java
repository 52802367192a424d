package dev.firn.sstable;

/**
 * Where to end blocks, so that few of them lie on two pages of the file: a read of one block then
 * is a read of one page, and a page in memory is good for all of its blocks.
 *
 * <p>A page takes as many blocks as make the blocks about as long as the table's options want them.
 * How long a block is when it is compressed is known only afterwards; it is expected to be that of
 * preceding ones. What is left of a page behind its last block is filled up with zeros, which
 * belong to the block.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class PagePacking {

  static final int PAGE_BYTES = 4096;

  /** Less of a page than this is filled up. */
  private static final int MIN_ROOM_BYTES = PAGE_BYTES / 8;

  /** A page has no more blocks: each costs an entry of the index. */
  private static final int MAX_BLOCKS = 4;

  /** Weight of the past in the averages. */
  private static final double PAST = 7.0 / 8;

  /** How many mean deviations a block may be longer than expected without passing its page. */
  private static final int DEVIATIONS = 2;

  private final int maxBlockBytes;

  /** The mean length of a section for each byte of the block in it, and its mean deviation. */
  private double density = 1;

  private double deviation;

  /**
   * @param maxBlockBytes the maximum length of a block, uncompressed
   */
  PagePacking(int maxBlockBytes) {
    this.maxBlockBytes = maxBlockBytes;
  }

  /** The maximum length of a block, uncompressed, that begins at an offset of the file. */
  int maxBlockBytes(long offset) {
    double longest = maxBlockBytes * density;
    int room = room(offset);
    if (longest > PAGE_BYTES + TableFormat.TRAILER_BYTES) {
      return maxBlockBytes; // of several pages
    }
    int blocks = Math.clamp((int) Math.ceil(room / longest), 1, MAX_BLOCKS);
    double wanted = room / (double) blocks / (density + DEVIATIONS * deviation);
    return Math.clamp((int) wanted, Math.min(maxBlockBytes, MIN_ROOM_BYTES), maxBlockBytes);
  }

  /** How many zeros are to fill up the page behind a block whose section ends at an offset. */
  int padding(long end) {
    int room = room(end);
    return room < Math.min(MIN_ROOM_BYTES, maxBlockBytes * density) ? room : 0;
  }

  /** Learns from a block that was written: its length and that of its section, without zeros. */
  void written(long blockBytes, long sectionBytes) {
    double found = sectionBytes / (double) blockBytes;
    deviation = PAST * deviation + (1 - PAST) * Math.abs(found - density);
    density = PAST * density + (1 - PAST) * found;
  }

  /** What is left of the page of an offset. */
  private static int room(long offset) {
    return PAGE_BYTES - (int) (offset & (PAGE_BYTES - 1));
  }
}
