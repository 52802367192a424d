package dev.firn.version;

import dev.firn.core.Checksum;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The constants of the manifest, the log of edits whose sum is the store's state. {@code
 * docs/format/manifest.md} is the specification. All integers are little-endian.
 *
 * <pre>
 *  manifest := header | record of kind SNAPSHOT | (record of kind EDIT | record of kind MARK)*
 *
 *  header, {@link #HEADER_BYTES} bytes, the same in all versions
 *  offset  size  field
 *       0     8  magic
 *       8     4  version
 *      12     4  zero
 *      16     8  number      of the manifest, as in its name
 *      24     8  store id    drawn when the store was created
 *      32     4  zero
 *      36     4  checksum    over bytes 0..35, salted with (number, 0)
 *
 *  record, starts at a multiple of {@link #ALIGNMENT}
 *       0     4  length      of the body, without the zeros after it
 *       4     4  body checksum     over the body and the zeros, salted with (number, offset of the
 *                            record)
 *       8     4  kind
 *      12     4  header checksum   over bytes 0..11, salted likewise
 *      16        body, then zeros up to a multiple of {@link #ALIGNMENT}
 * </pre>
 *
 * <p>A record is written only after everything before it was synced. So where a file holds a record
 * header, everything before it was complete once. A MARK has no body; it is written right after a
 * record was synced, as evidence of that, and is not synced itself.
 */
final class ManifestFormat {

  static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The bytes {@code FIRNMANI}. */
  static final long MAGIC = 0x494e_414d_4e52_4946L;

  static final int VERSION = 4;
  static final int OLDEST_VERSION = 1;

  static final int HEADER_VERSION = 8;
  static final int HEADER_NUMBER = 16;
  static final int HEADER_STORE_ID = HEADER_NUMBER + 8;
  static final int HEADER_CHECKSUM = 36;
  static final int HEADER_BYTES = HEADER_CHECKSUM + 4;

  static final int RECORD_LENGTH = 0;
  static final int RECORD_BODY_CHECKSUM = RECORD_LENGTH + 4;
  static final int RECORD_KIND = RECORD_BODY_CHECKSUM + 4;
  static final int RECORD_CHECKSUM = RECORD_KIND + 4;
  static final int RECORD_HEADER_BYTES = RECORD_CHECKSUM + 4;

  static final int ALIGNMENT = 8;

  /** Max length of a manifest: enough for a snapshot of some millions of tables. */
  static final long MAX_BYTES = 1L << 30;

  /** The whole state: the first record and no other. */
  static final int SNAPSHOT = 1;

  /** A change of the state. */
  static final int EDIT = 2;

  /** Everything before it was synced when it was written. */
  static final int MARK = 3;

  private ManifestFormat() {}

  /** Appends a header. */
  static void putHeader(ByteSink sink, long number, long storeId) {
    long at = sink.size();
    sink.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(number).putLong(storeId).putInt(0);
    sink.putInt(headerChecksum(new Checksum(), sink.memory(), at, number));
  }

  static int headerChecksum(Checksum checksum, MemorySegment memory, long at, long number) {
    return checksum.start(number, 0).update(memory, at, HEADER_CHECKSUM).value();
  }

  /**
   * Completes a record: {@link #RECORD_HEADER_BYTES} reserved bytes and a body.
   *
   * @param at start of the record in the sink
   * @param offset start of the record in the file
   */
  static void finishRecord(ByteSink sink, long at, int kind, long number, long offset) {
    int length = Math.toIntExact(sink.size() - at - RECORD_HEADER_BYTES);
    sink.align(ALIGNMENT);
    Checksum checksum = new Checksum();
    sink.setInt(at + RECORD_LENGTH, length);
    sink.setInt(
        at + RECORD_BODY_CHECKSUM,
        bodyChecksum(checksum, sink.memory(), at, length, number, offset));
    sink.setInt(at + RECORD_KIND, kind);
    sink.setInt(at + RECORD_CHECKSUM, recordChecksum(checksum, sink.memory(), at, number, offset));
  }

  static int recordChecksum(
      Checksum checksum, MemorySegment memory, long at, long number, long offset) {
    return checksum.start(number, offset).update(memory, at, RECORD_CHECKSUM).value();
  }

  static int bodyChecksum(
      Checksum checksum, MemorySegment memory, long at, long length, long number, long offset) {
    return checksum
        .start(number, offset)
        .update(memory, at + RECORD_HEADER_BYTES, align(length))
        .value();
  }

  /** The first multiple of {@link #ALIGNMENT} at or after a length. */
  static long align(long length) {
    return (length + (ALIGNMENT - 1)) & -ALIGNMENT;
  }
}
