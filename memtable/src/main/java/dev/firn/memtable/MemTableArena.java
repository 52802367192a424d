package dev.firn.memtable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The memory of one memtable after the other: anonymous, off the heap, of a fixed size, so that
 * links and keys never lie in memory that a disk can fail under.
 *
 * <p><b>Threading.</b> {@link #reset} and {@link #close} are the owner's. An access to the memory
 * that races with {@link #close} throws {@link IllegalStateException}.
 *
 * <p><b>Ownership.</b> The creator closes it. Between {@link #reset} and the next one it serves one
 * {@link MemTable}; the owner resets it only when nobody refers to that memtable, to a cursor over
 * it, or to keys found in it any more.
 */
public final class MemTableArena implements AutoCloseable {

  /** The largest arena: links count 8-byte units in 32 bits. */
  public static final long MAX_BYTES = 1L << 35;

  private final Arena arena;

  /** The filter has a bit for every so many bits of nodes: 20 or more a key of a usual size. */
  private static final int FILTER_SHARE = 64;

  private static final long MIN_FILTER_BYTES = 64;

  private final MemorySegment memory;
  private final MemorySegment filter;
  private final MemorySegment signposts;
  private final AtomicBoolean claimed = new AtomicBoolean();

  private MemTableArena(Arena arena, long capacityBytes) {
    this.arena = arena;
    // Aligned to 128, so that the counters at the start have cache lines of their own.
    this.memory = arena.allocate((capacityBytes + 7) & -8L, 128);
    long filterBytes = Math.max(MIN_FILTER_BYTES, capacityBytes / FILTER_SHARE & -8L);
    this.filter = arena.allocate(filterBytes, 128);
    this.signposts = arena.allocate(SearchShortcuts.bytes(capacityBytes), 128);
  }

  /**
   * Allocates an arena; every page of it is touched here once.
   *
   * @param capacityBytes its size, see {@link MemTable#arenaBytes}; rounded up to 8
   */
  public static MemTableArena allocate(long capacityBytes) {
    if (capacityBytes < NodeAllocator.OVERHEAD_BYTES || capacityBytes > MAX_BYTES) {
      throw new IllegalArgumentException("capacityBytes=" + capacityBytes);
    }
    Arena arena = Arena.ofShared();
    try {
      return new MemTableArena(arena, capacityBytes);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /** The size of this arena in bytes. */
  public long capacityBytes() {
    return memory.byteSize();
  }

  /** Makes the arena ready for the next memtable. The bytes of nodes stay as they are. */
  public void reset() {
    filter.fill((byte) 0);
    signposts.fill((byte) 0);
    claimed.set(false);
  }

  /** Frees the memory; a later access through a memtable or cursor throws. Idempotent. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** The memory of the filter, all zeros, for whoever has claimed the rest. */
  MemorySegment filter() {
    return filter;
  }

  /** The memory of the signposts, all zeros, likewise. */
  MemorySegment signposts() {
    return signposts;
  }

  /** The memory, for the one memtable until the next {@link #reset}. */
  MemorySegment claim() {
    if (!claimed.compareAndSet(false, true)) {
      throw new IllegalStateException("the arena serves a memtable already");
    }
    return memory;
  }
}
