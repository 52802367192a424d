package dev.firn.wal;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The constants of a journal segment's bytes. {@code docs/format/journal.md} is the
 * specification. All integers are little-endian, except the tree's id in a key.
 *
 * <pre>
 *  segment = header record* rest          rest: zeros, or bytes of an earlier life of the file
 *
 *  header, written once when the segment is prepared
 *       0     4  magic             u32, "FRNJ"
 *       4     4  version           u32
 *       8     8  number            u64, never given to a second segment
 *      16     8  size              u64, of the file in bytes
 *      24     4  prepared after    u32, this number minus that of the segment that this one was
 *                                  prepared to follow, 0 = none
 *      28     4  checksum          of bytes 0..27, salt (0, 0)
 *  activation, written when the segment comes into use
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
 *      16     4  count             bits 0..30: of entries; 0 = closing record, the last of its
 *                                  segment; bit 31 = VOID
 *      20     4  commitment        position in this segment in 8-byte units; bit 31 = SYNCED
 *      24     n  entries
 *
 *  entry = kind u8 | store key length varint | value length varint | store key | value
 *
 *  Version 2 adds the kind RANGE_DELETE: the store key starts the range, the value is the store key
 *  that ends it.
 *
 *  Version 3 adds the bit VOID: the record takes its sequences, and its entries are no writes.
 * </pre>
 */
public final class JournalFormat {

  /** The version that this release writes, and the newest it reads. */
  public static final int VERSION = 3;

  /** The oldest version that this release reads. */
  public static final int OLDEST_VERSION = 1;

  /** "FRNJ" in the order of the bytes. */
  public static final int MAGIC = 0x4a4e5246;

  /** Bytes of a segment's header, and offset of its first record. */
  public static final long HEADER_BYTES = 64;

  /** Bytes of a record's header. */
  public static final int RECORD_HEADER_BYTES = 24;

  /** Records start at multiples of this. */
  public static final int RECORD_ALIGNMENT = 8;

  /** The maximum length of a record, header included. */
  public static final long MAX_RECORD_BYTES = (1L << 32) - 64;

  /** The maximum length of a value. */
  public static final long MAX_VALUE_BYTES = Integer.MAX_VALUE;

  /** The maximum size of a segment: positions are 31 bits of 8-byte units. */
  public static final long MAX_SEGMENT_BYTES = ((1L << 31) - 1) * RECORD_ALIGNMENT;

  /** Sizes of segments are multiples of this. */
  public static final int SEGMENT_ALIGNMENT = 4096;

  /** Offset of the magic in the header. */
  public static final int MAGIC_AT = 0;

  /** Offset of the format's version in the header. */
  public static final int VERSION_AT = 4;

  /** Offset of the segment's number in the header. */
  public static final int NUMBER_AT = 8;

  /** Offset of the file's size in the header. */
  public static final int SIZE_AT = 16;

  /** Offset of the distance to the segment that this one was prepared to follow. */
  public static final int PREPARED_AFTER_AT = 24;

  /** Offset of the header's checksum, of the bytes before it. */
  public static final int HEADER_CHECKSUM_AT = 28;

  /** Offset of the activation in the header. */
  public static final int ACTIVATION_AT = 32;

  /** Offset of the boot id. */
  public static final int BOOT_ID_AT = ACTIVATION_AT;

  /** Offset of the first record's sequence. */
  public static final int FIRST_SEQUENCE_AT = 40;

  /** Offset of the number of the segment used before. */
  public static final int PREVIOUS_AT = 48;

  /** Offset of the reserved zeros. */
  public static final int ACTIVATION_RESERVED_AT = 56;

  /** Offset of the activation's checksum, of the activation's bytes before it. */
  public static final int ACTIVATION_CHECKSUM_AT = 60;

  /** Offset of the checksum in a record, of the bytes after it. */
  public static final int CHECKSUM_AT = 0;

  /** Offset of the length in a record. */
  public static final int LENGTH_AT = 4;

  /** Offset of the first sequence and the life tag in a record. */
  public static final int SEQUENCE_AT = 8;

  /** Offset of the count of entries in a record. */
  public static final int COUNT_AT = 16;

  /** Offset of the commitment in a record. */
  public static final int COMMITMENT_AT = 20;

  /** The bit of a commitment that states SYNCED. */
  public static final int SYNCED = 1 << 31;

  /** The bit of a count that states VOID. */
  public static final int VOID = 1 << 31;

  /** Bytes of the smallest entry: kind, two lengths, a store key with the tree's id alone. */
  static final int MIN_ENTRY_BYTES = 1 + 1 + 1 + 4;

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private JournalFormat() {}

  /**
   * The low 8 bits of a record's sequence field. They distinguish most records of this life of the
   * file from stale ones without a checksum; the checksum's salt distinguishes all. Never 0, which
   * fills an unused segment.
   */
  public static int lifeTag(long segmentNumber) {
    return 1 + (int) (segmentNumber % 255);
  }

  /** Rounds the length of a record up to the alignment of the next one. */
  public static long padded(long bytes) {
    return bytes + (RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT;
  }
}
