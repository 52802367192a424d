package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U64;

import dev.firn.core.KeyPrefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Builds the index section in memory, see {@link IndexFormat}.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class IndexBuilder {

  /** For each block: its offset and the start of its fence, both times 2 plus a flag. */
  private static final int RECORD_BYTES = 16;

  private final NativeBuffer records;
  private final NativeBuffer fences;
  private int blocks;
  private long fenceBytes;

  IndexBuilder(Arena arena) {
    records = new NativeBuffer(arena, 64 * 1024);
    fences = new NativeBuffer(arena, 64 * 1024);
  }

  int blocks() {
    return blocks;
  }

  /** Max length of the section. */
  long bytes() {
    return 3L * Long.BYTES * (blocks + 1) + fenceBytes;
  }

  /** Sets the fence of the next block before all entries of a key. */
  void fence(MemorySegment key, long offset, int length) {
    putFence(key, offset, length, 0);
  }

  /** Sets the fence of the next block within the entries of a key. */
  void exactFence(MemorySegment key, long offset, int length, long trailer) {
    putFence(key, offset, length, 1);
    fences.ensure(fenceBytes + Long.BYTES, fenceBytes).set(U64, fenceBytes, trailer);
    fenceBytes += Long.BYTES;
  }

  private void putFence(MemorySegment key, long offset, int length, int exact) {
    record(blocks).set(U64, (long) RECORD_BYTES * blocks + 8, fenceBytes << 1 | exact);
    MemorySegment target = fences.ensure(fenceBytes + length, fenceBytes);
    MemorySegment.copy(key, offset, target, fenceBytes, length);
    fenceBytes += length;
  }

  /** Adds the block whose fence was set. */
  void block(long offset, boolean compressed) {
    record(blocks).set(U64, (long) RECORD_BYTES * blocks, offset << 1 | (compressed ? 1 : 0));
    blocks++;
  }

  /**
   * Writes the section.
   *
   * @param dataEnd end of the last block
   * @param key starts with the bytes that all keys share
   * @param shared how many these are
   */
  void write(TableOutput out, long dataEnd, MemorySegment key, int shared) {
    MemorySegment source = records.ensure((long) RECORD_BYTES * (blocks + 1), bytesOf(blocks));
    source.set(U64, bytesOf(blocks), dataEnd << 1);
    source.set(U64, bytesOf(blocks) + 8, fenceBytes << 1);
    out.begin();
    out.align();
    for (int i = 0; i < blocks; i++) {
      out.putLong(word(i, shared));
    }
    for (int i = 0; i <= blocks; i++) {
      out.putLong(source.get(U64, bytesOf(i)));
    }
    // The first fence is empty: it does not have the shared bytes either.
    for (int i = 0; i <= blocks; i++) {
      long fence = source.get(U64, bytesOf(i) + 8);
      out.putLong(fence - 2L * shared * Math.max(i - 1, 0));
    }
    out.put(key, 0, shared);
    for (int i = 1; i < blocks; i++) {
      out.put(fences.memory(), start(i) + shared, start(i + 1) - start(i) - shared);
    }
    out.end(Codec.NONE);
  }

  private long word(int block, int shared) {
    if (block == 0) {
      return 0;
    }
    long start = start(block) + shared;
    return KeyPrefix.word(fences.memory(), start, (int) (keyEnd(block) - start));
  }

  private long start(int block) {
    return records.memory().get(U64, bytesOf(block) + 8) >>> 1;
  }

  private long keyEnd(int block) {
    boolean exact = (records.memory().get(U64, bytesOf(block) + 8) & 1) != 0;
    return start(block + 1) - (exact ? Long.BYTES : 0);
  }

  private MemorySegment record(int block) {
    return records.ensure(bytesOf(block + 1), bytesOf(block));
  }

  private static long bytesOf(int blocks) {
    return (long) RECORD_BYTES * blocks;
  }
}
