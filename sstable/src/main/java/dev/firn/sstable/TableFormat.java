package dev.firn.sstable;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The constants of the table file. {@code docs/format/table.md} is the specification. All integers
 * are little-endian.
 *
 * <pre>
 *  table      := data block* | filter? | index | range tombstones? | properties | footer
 *  each of them but the footer is a section:
 *  section    := content | trailer
 *
 *  trailer, {@link #TRAILER_BYTES} bytes
 *  offset  size  field
 *       0     1  codec     of the content, see {@link Codec}; 0 in all sections but data blocks
 *       1     3  zero
 *       4     4  checksum  over content and the trailer's bytes 0..3, salted with (table number
 *                          ^ id, offset of the section)
 *
 *  footer, {@link #FOOTER_BYTES} bytes, at the end of the file
 *  offset  size  field
 *       0     8  offset of the filter section; the end of the data blocks
 *       8     8  offset of the index section; equals the preceding field if there is no filter
 *      16     8  offset of the properties section
 *      24     8  id of the table; version 1 lacks this field, and its tables have the id 0
 *             8  offset of the range tombstones, which is that of the properties if there are
 *                none; from version 3 on, which is that of tables with range tombstones; the
 *                following offsets are larger by 8 then
 *      32     4  length of the footer
 *      36     4  version
 *      40     4  zero
 *      44     4  checksum  over the footer's preceding bytes, salted with (table number,
 *                          offset of the footer)
 *      48     8  magic
 * </pre>
 *
 * <p>Sections follow each other without gaps, so the offset of a section is also the end of the
 * preceding one. The last {@value #FOOTER_TAIL_BYTES} bytes of the footer keep their meaning in
 * every version.
 */
final class TableFormat {

  static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The bytes {@code FIRNTABL}. */
  static final long MAGIC = 0x4c42_4154_4e52_4946L;

  /** The version of tables with entries that expire. */
  static final int VERSION = 4;

  /** The version of other tables with range tombstones. */
  static final int VERSION_WITHOUT_EXPIRY = 3;

  /** The version of other tables. */
  static final int VERSION_WITHOUT_RANGES = 2;

  static final int OLDEST_VERSION = 1;

  /** The last version whose tables have no id. */
  static final int VERSION_WITHOUT_ID = 1;

  static final int TRAILER_CODEC = 0;
  static final int TRAILER_CHECKSUM = 4;
  static final int TRAILER_BYTES = 8;

  /** Min length of a data block's section; compressed blocks may be very short. */
  static final int MIN_BLOCK_SECTION_BYTES = 1 + TRAILER_BYTES;

  static final int FOOTER_FILTER = 0;
  static final int FOOTER_INDEX = FOOTER_FILTER + 8;
  static final int FOOTER_PROPERTIES = FOOTER_INDEX + 8;
  static final int FOOTER_ID = FOOTER_PROPERTIES + 8;
  static final int FOOTER_LENGTH = FOOTER_ID + 8;
  static final int FOOTER_RANGES = FOOTER_ID + 8;
  static final int FOOTER_VERSION = FOOTER_LENGTH + 4;
  static final int FOOTER_ZERO = FOOTER_VERSION + 4;
  static final int FOOTER_CHECKSUM = FOOTER_ZERO + 4;
  static final int FOOTER_MAGIC = FOOTER_CHECKSUM + 4;
  static final int FOOTER_BYTES = FOOTER_MAGIC + 8;

  /** Length of the footer of version 1, which has no id. */
  static final int FOOTER_BYTES_V1 = FOOTER_BYTES - Long.BYTES;

  /** Length of the footer from version 3 on: the start of the range tombstones follows the id. */
  static final int FOOTER_BYTES_V3 = FOOTER_BYTES + Long.BYTES;

  static final int FOOTER_TAIL_BYTES = FOOTER_BYTES - FOOTER_LENGTH;

  /** Max length of a footer in any version. */
  static final int MAX_FOOTER_BYTES = 1024;

  /**
   * Filter and index start with zero bytes up to a multiple of this in the file, so that a line of
   * the filter is a cache line. The zeros belong to the section.
   */
  static final int ALIGNMENT = 64;

  /**
   * How far a reader that loads whole words may read beyond the content of a section: at least this
   * many bytes of the file follow any data block, and buffers that hold a block have this much
   * extra space.
   */
  static final int SLACK_BYTES = 32;

  /** Blocks of this length and more are not compressed. */
  static final int MAX_COMPRESSIBLE_BYTES = 4 << 20;

  /** Max uncompressed length of a compressed block. */
  static final int MAX_DECOMPRESSED_BYTES = 64 << 20;

  /** Max ratio of a block's uncompressed length to its stored length. */
  static final int MAX_COMPRESSION_RATIO = 255;

  private TableFormat() {}

  /** The first multiple of {@link #ALIGNMENT} at or after an offset. */
  static long align(long offset) {
    return (offset + (ALIGNMENT - 1)) & -ALIGNMENT;
  }
}
