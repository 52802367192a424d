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

  private final NativeBuffer raw;
  private final NativeBuffer packed;

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
    long length = headBytes + block.valueBytes();
    if (length >= TableFormat.MAX_COMPRESSIBLE_BYTES) {
      return 0;
    }
    MemorySegment source = raw.ensure(length, 0);
    MemorySegment.copy(block.head(), 0, source, 0, headBytes);
    MemorySegment.copy(block.values(), 0, source, headBytes, block.valueBytes());
    packed.ensure(Lz4.maxCompressedBytes((int) length), 0);
    int result = Lz4.compress(raw.bytes().clear(), (int) length, packed.bytes().clear());
    long max = length - length / MIN_SAVING;
    return result + CompressedBlock.HEADER_BYTES <= max ? result : 0;
  }

  MemorySegment result() {
    return packed.memory();
  }
}
