package dev.firn.wal;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The constants of a journal segment's bytes, version 1. The specification is {@code
 * docs/format/journal.md}; all integers are little-endian but the tree's id inside a key.
 *
 * <pre>
 *  segment = header record* rest          rest: zeros, or bytes of an earlier life of the file
 *
 *  header, written once when the segment is prepared
 *       0     4  magic             u32, "FRNJ"
 *       4     4  version           u32
 *       8     8  number            u64, never given to a second segment
 *      16     8  size              u64, of the file in bytes
 *      24     4  prepared after    u32, how many numbers before this one's that of the segment is
 *                                  that this one was prepared to follow, 0 = none
 *      28     4  checksum          of bytes 0..27, salt (0, 0)
 *  activation, written when the segment is put to use
 *      32     8  boot id           u64, 0 = not known
 *      40     8  first sequence    u64, of the segment's first record
 *      48     8  previous          u64, number of the segment used before, 0 = none
 *      56     4  reserved          0
 *      60     4  checksum          of bytes 32..59, salt (number, 32)
 *
 *  record, 8-byte aligned, zeros up to the next one
 *       0     4  checksum          of bytes 4..length-1, salt (number, offset of the record)
 *       4     4  length            u32, header included, padding not
 *       8     8  first sequence    high 56 bits; life tag in the low 8, see {@link #lifeTag}
 *      16     4  count             u32, of entries; 0 = closing record, the last of its segment
 *      20     4  commitment        position in this segment in 8-byte units; bit 31 = SYNCED
 *      24     n  entries
 *
 *  entry = kind u8 | store key length varint | value length varint | store key | value
 * </pre>
 */
public final class JournalFormat {

  /** The version that this release writes, and the newest it reads. */
  public static final int VERSION = 1;

  /** The oldest version that this release reads. */
  public static final int OLDEST_VERSION = 1;

  /** "FRNJ" in the order of the bytes. */
  public static final int MAGIC = 0x4a4e5246;

  /** Where a segment's first record starts. */
  public static final long HEADER_BYTES = 64;

  /** Bytes of a record's header. */
  public static final int RECORD_HEADER_BYTES = 24;

  /** Records start at multiples of this. */
  public static final int RECORD_ALIGNMENT = 8;

  /** The longest record, header included. */
  public static final long MAX_RECORD_BYTES = (1L << 32) - 64;

  /** The longest value. */
  public static final long MAX_VALUE_BYTES = Integer.MAX_VALUE;

  /** The largest segment: positions are 31 bits of 8-byte units. */
  public static final long MAX_SEGMENT_BYTES = ((1L << 31) - 1) * RECORD_ALIGNMENT;

  /** Sizes of segments are multiples of this. */
  public static final int SEGMENT_ALIGNMENT = 4096;

  /** Where the header says that this is a journal segment. */
  public static final int MAGIC_AT = 0;

  /** Where the header has the format's version. */
  public static final int VERSION_AT = 4;

  /** Where the header has the segment's number. */
  public static final int NUMBER_AT = 8;

  /** Where the header has the file's size. */
  public static final int SIZE_AT = 16;

  /** Where the header says which segment was in use when this one was prepared. */
  public static final int PREPARED_AFTER_AT = 24;

  /** Where the header has its checksum, of all before it. */
  public static final int HEADER_CHECKSUM_AT = 28;

  /** Where the activation starts. */
  public static final int ACTIVATION_AT = 32;

  /** Where the activation has the boot id. */
  public static final int BOOT_ID_AT = ACTIVATION_AT;

  /** Where the activation has the first record's sequence. */
  public static final int FIRST_SEQUENCE_AT = 40;

  /** Where the activation names the segment used before. */
  public static final int PREVIOUS_AT = 48;

  /** Where the activation has zeros. */
  public static final int ACTIVATION_RESERVED_AT = 56;

  /** Where the activation has its checksum, of all of it before that. */
  public static final int ACTIVATION_CHECKSUM_AT = 60;

  /** Where a record has its checksum, of all behind it. */
  public static final int CHECKSUM_AT = 0;

  /** Where a record has its length. */
  public static final int LENGTH_AT = 4;

  /** Where a record has its first sequence and its life tag. */
  public static final int SEQUENCE_AT = 8;

  /** Where a record has the count of its entries. */
  public static final int COUNT_AT = 16;

  /** Where a record has its commitment. */
  public static final int COMMITMENT_AT = 20;

  /** The bit of a commitment that makes it a SYNCED one. */
  public static final int SYNCED = 1 << 31;

  /** Bytes of the smallest entry: kind, two lengths, a store key of the tree's id alone. */
  static final int MIN_ENTRY_BYTES = 1 + 1 + 1 + 4;

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private JournalFormat() {}

  /**
   * The low 8 bits of a record's sequence field. It tells a record of this life of the file from a
   * left-over one at a glance, most of the time; the checksum's salt does always. Never 0, which is
   * what an unused segment is full of.
   */
  public static int lifeTag(long segmentNumber) {
    return 1 + (int) (segmentNumber % 255);
  }

  /** Rounds the length of a record up to where the next one may start. */
  public static long padded(long bytes) {
    return bytes + (RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT;
  }
}
