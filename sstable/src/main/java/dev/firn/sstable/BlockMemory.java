package dev.firn.sstable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * A piece of pooled off-heap memory for one decompressed block. The only class that knows that the
 * pool is Netty's.
 *
 * <p><b>Ownership.</b> The allocator frees it, once.
 */
final class BlockMemory {

  private static final int PAGE_BYTES = 8192;
  private static final int CHUNK_ORDER = 7;
  private static final int ARENAS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);

  /*
   * One pool for the process: a pool cannot be closed, and the garbage collector frees the memory
   * of an abandoned pool late, so with a pool for each store a process that opens and closes stores
   * would run out of memory. No thread caches: they would keep memory that a closed store freed.
   */
  private static final PooledByteBufAllocator POOL =
      new PooledByteBufAllocator(true, 0, ARENAS, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);

  private final ByteBuf buffer;
  private final Set<BlockMemory> live;
  private final ByteBuffer bytes;
  private final MemorySegment memory;

  private BlockMemory(ByteBuf buffer, int length, Set<BlockMemory> live) {
    this.buffer = buffer;
    this.live = live;
    this.bytes = buffer.nioBuffer(0, length).order(ByteOrder.nativeOrder());
    this.memory = MemorySegment.ofBuffer(bytes.asReadOnlyBuffer());
  }

  /**
   * Allocates a piece with any content.
   *
   * @param live holds the piece until it is freed
   */
  static BlockMemory allocate(int length, Set<BlockMemory> live) {
    ByteBuf buffer = POOL.directBuffer(length, length);
    boolean done = false;
    try {
      BlockMemory allocated = new BlockMemory(buffer, length, live);
      done = live.add(allocated);
      return allocated;
    } finally {
      if (!done) {
        buffer.release();
      }
    }
  }

  /** How many pieces are allocated in the process. */
  static long allocated() {
    return POOL.metric().directArenas().stream().mapToLong(a -> a.numActiveAllocations()).sum();
  }

  /** The memory, read-only. */
  MemorySegment memory() {
    return memory;
  }

  /** The same memory as a buffer to write to, in native byte order. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** Frees the piece. Idempotent. */
  void free() {
    if (live.remove(this)) {
      buffer.release();
    }
  }
}
