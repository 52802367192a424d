package dev.firn.sstable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Compresses blocks, where that makes them small enough.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class BlockCompressor {

  /** A block is stored compressed if that saves at least one byte in this many. */
  private static final int MIN_SAVING = 8;

  /** For zeros up to the end of a page, and the longer length before them. */
  private static final int MAX_PADDING_BYTES = PagePacking.PAGE_BYTES + 64;

  private final NativeBuffer raw;
  private final NativeBuffer packed;
  private int length;

  BlockCompressor(Arena arena) {
    raw = new NativeBuffer(arena, 64 * 1024);
    packed = new NativeBuffer(arena, 64 * 1024);
  }

  /**
   * Compresses an encoded block.
   *
   * @return the length of {@link #result}, or 0 if the block is to be stored uncompressed
   */
  int compress(BlockBuilder block, long headBytes) {
    long rawLength = headBytes + block.valueBytes();
    if (rawLength >= TableFormat.MAX_COMPRESSIBLE_BYTES) {
      return 0;
    }
    MemorySegment source = raw.ensure(rawLength, 0);
    MemorySegment.copy(block.head(), 0, source, 0, headBytes);
    MemorySegment.copy(block.values(), 0, source, headBytes, block.valueBytes());
    packed.ensure(Lz4.maxCompressedBytes((int) rawLength) + MAX_PADDING_BYTES, 0);
    int result = Lz4.compress(raw.bytes().clear(), (int) rawLength, packed.bytes().clear());
    long max = rawLength - rawLength / MIN_SAVING;
    length = result + CompressedBlock.HEADER_BYTES <= max ? result : 0;
    return length;
  }

  /**
   * Makes the result longer, by that many bytes or one more.
   *
   * @return how many zeros the result has after the block
   */
  int pad(int bytes) {
    if (bytes == 0) {
      return 0;
    }
    Lz4Tail tail = new Lz4Tail(packed.memory(), length);
    int zeros = tail.zeros(bytes);
    length += tail.longer(zeros);
    tail.add(zeros);
    return zeros;
  }

  /** The length of {@link #result}. */
  int length() {
    return length;
  }

  MemorySegment result() {
    return packed.memory();
  }
}
