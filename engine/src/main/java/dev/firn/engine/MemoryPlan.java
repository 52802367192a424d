package dev.firn.engine;

import dev.firn.core.file.MachineMemory;

/**
 * How the memory outside the heap is divided, where the user has not said it.
 *
 * @param memoryBytes the bound of everything
 * @param journalSegmentBytes the size of a journal segment, and of the memtable over it
 * @param blockCacheBytes the maximum memory of decompressed blocks
 */
public record MemoryPlan(long memoryBytes, long journalSegmentBytes, long blockCacheBytes) {

  /** In place of a size: the plan chooses it. */
  public static final long UNSET = -1;

  /** The smallest bound. */
  public static final long MIN_MEMORY_BYTES = 8L << 20;

  private static final long MAX_MEMORY_BYTES = Long.MAX_VALUE / 4;
  private static final long USUAL_SEGMENT_BYTES = 16L << 20;
  private static final long MIN_SEGMENT_BYTES = 256L << 10;

  /** Threads, code and classes of the JVM. */
  private static final long JVM_BYTES = 64L << 20;

  /**
   * One part of what heap and JVM leave of the machine is the store's; the others are for the page
   * cache, in which its tables are read and written, and for other stores.
   */
  private static final int PARTS = 3;

  /**
   * Segments and memtables, each a segment large, that writing needs at least: two generations that
   * are written and flushed, and one that is prepared.
   */
  private static final int MIN_PIECES = 6;

  /** Usual count of the segments that fit into what the cache leaves, half of it for memtables. */
  private static final int SEGMENTS = 16;

  /** Buffers of a flush and a compaction, each of a table. */
  private static final long TABLE_BUFFERS_BYTES = 4L << 20;

  /** A plan; each size may be {@link #UNSET}. */
  public static MemoryPlan of(long memoryBytes, long journalSegmentBytes, long blockCacheBytes) {
    long memory = memoryBytes == UNSET ? bound(journalSegmentBytes, blockCacheBytes) : memoryBytes;
    if (memory < minBytes(journalSegmentBytes)) {
      throw new IllegalArgumentException(
          "memoryBytes="
              + memory
              + ": must be at least "
              + minBytes(journalSegmentBytes)
              + " for journalSegmentBytes="
              + journalSegmentBytes);
    }
    if (memoryBytes != UNSET && blockCacheBytes > memory) {
      throw new IllegalArgumentException(
          "blockCacheBytes=" + blockCacheBytes + ": must be at most memoryBytes=" + memory);
    }
    long cache = blockCacheBytes == UNSET ? memory / 2 : Math.min(blockCacheBytes, memory);
    long segment =
        journalSegmentBytes == UNSET
            ? Math.clamp(
                Long.highestOneBit((memory - cache) / SEGMENTS),
                MIN_SEGMENT_BYTES,
                USUAL_SEGMENT_BYTES)
            : journalSegmentBytes;
    return new MemoryPlan(memory, segment, cache);
  }

  private static long minBytes(long journalSegmentBytes) {
    return journalSegmentBytes == UNSET
        ? MIN_MEMORY_BYTES
        : MIN_PIECES * journalSegmentBytes + TABLE_BUFFERS_BYTES;
  }

  /** The default bound, or more if the sizes that are set need it. */
  private static long bound(long journalSegmentBytes, long blockCacheBytes) {
    long needed = minBytes(journalSegmentBytes) + Math.max(0, blockCacheBytes);
    return needed < 0 || needed > MAX_MEMORY_BYTES
        ? MAX_MEMORY_BYTES
        : Math.clamp(Usual.BYTES, needed, MAX_MEMORY_BYTES);
  }

  /** The bound for a machine. */
  static long bound(MachineMemory machine, long maxHeapBytes) {
    long left = (machine.limitBytes() - maxHeapBytes - JVM_BYTES) / PARTS;
    return Math.clamp(
        left, MIN_MEMORY_BYTES, Math.max(MIN_MEMORY_BYTES, machine.directBytes(maxHeapBytes)));
  }

  /**
   * What the store, the heap and the JVM leave of the machine: the page cache has it for tables.
   *
   * @return {@link Long#MAX_VALUE} if no limit is known
   */
  public long pageCacheBytes() {
    return pageCache(Usual.LIMIT, Runtime.getRuntime().maxMemory(), memoryBytes);
  }

  static long pageCache(long limitBytes, long maxHeapBytes, long memoryBytes) {
    return limitBytes == Long.MAX_VALUE
        ? limitBytes
        : Math.max(0, limitBytes - maxHeapBytes - JVM_BYTES - memoryBytes);
  }

  /** Read once: the limit of a running JVM's heap does not change either. */
  private static final class Usual {
    private static final long LIMIT = new MachineMemory().limitBytes();
    private static final long BYTES = bound(new MachineMemory(), Runtime.getRuntime().maxMemory());
  }
}
