package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U32;

import java.nio.ByteBuffer;

/**
 * The content of a compressed data block.
 *
 * <pre>
 *  offset  size  field
 *       0     4  length of the block when it is decompressed
 *       4        the block, compressed
 * </pre>
 */
final class CompressedBlock {

  static final int HEADER_BYTES = 4;

  private CompressedBlock() {}

  /**
   * The length of the block when it is decompressed, checked before anything is allocated for it.
   *
   * @param start where the block starts in the file
   * @param source holds the compressed content at {@code at}, {@code content} bytes of it
   */
  static int length(TableFile file, long start, NativeBuffer source, int at, int content) {
    long length = content < HEADER_BYTES ? 0 : source.memory().get(U32, at) & 0xffff_ffffL;
    long most = (long) TableFormat.MAX_COMPRESSION_RATIO * (content - HEADER_BYTES);
    if (length == 0 || length > most || length > TableFormat.MAX_DECOMPRESSED_BYTES) {
      throw file.corrupt(
          start, "a compressed block of " + content + " bytes", "one of " + length + " bytes");
    }
    return (int) length;
  }

  /** Decompresses the content at {@code at} to the start of a buffer. */
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

  /** Whether a section may hold a compressed block; the writer would not have compressed longer. */
  static boolean isPlausible(long sectionBytes) {
    return sectionBytes <= TableFormat.MAX_DECOMPRESSED_BYTES;
  }
}
