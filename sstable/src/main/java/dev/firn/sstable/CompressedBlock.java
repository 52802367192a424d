package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;

import java.nio.ByteBuffer;

/**
 * The content of a compressed data block.
 *
 * <pre>
 *  offset  size  field
 *       0     4  uncompressed length of the block
 *       4        the block, compressed
 * </pre>
 */
final class CompressedBlock {

  static final int HEADER_BYTES = 4;

  private CompressedBlock() {}

  /**
   * The uncompressed length of a block, checked before memory is allocated for it.
   *
   * @param start start of the block in the file
   * @param source holds the {@code content} bytes of the compressed block at {@code at}
   */
  static int length(TableFile file, long start, NativeBuffer source, int at, int content) {
    long length = content < HEADER_BYTES ? 0 : source.memory().get(U32, at) & 0xffff_ffffL;
    long max = (long) TableFormat.MAX_COMPRESSION_RATIO * (content - HEADER_BYTES);
    if (length == 0 || length > max || length > TableFormat.MAX_DECOMPRESSED_BYTES) {
      throw file.corrupt(
          start, "a compressed block of " + content + " bytes", "one of " + length + " bytes");
    }
    return (int) length;
  }

  /**
   * Decompresses a block to the start of a buffer, which grows as needed.
   *
   * @return the uncompressed length
   */
  static int decompress(
      TableFile file, long start, NativeBuffer source, int at, int content, NativeBuffer target) {
    int length = length(file, start, source, at, content);
    target.ensure((long) length + TableFormat.SLACK_BYTES, 0);
    decompress(file, start, source, at, content, target.bytes().clear(), length);
    return length;
  }

  /** Decompresses a block to the start of a buffer of its uncompressed length. */
  static void decompress(
      TableFile file,
      long start,
      NativeBuffer source,
      int at,
      int content,
      ByteBuffer target,
      int length) {
    int compressed = content - HEADER_BYTES;
    ByteBuffer bytes = source.bytes().clear();
    if (!Lz4.decompress(bytes, at + HEADER_BYTES, compressed, target, length)) {
      throw file.corrupt(start, "LZ4 of " + length + " bytes", "something else");
    }
  }

  /** Whether a section may be a compressed block: writers do not compress longer blocks. */
  static boolean isPlausible(long sectionBytes) {
    return sectionBytes <= TableFormat.MAX_DECOMPRESSED_BYTES;
  }
}
