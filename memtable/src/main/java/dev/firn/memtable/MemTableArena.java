package dev.firn.memtable;

import dev.firn.core.NativeCalls;
import dev.firn.core.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The memory of a sequence of memtables: anonymous, off the heap, of a fixed size. Links and keys
 * are never in a mapped file, which a failing disk can take away.
 *
 * <p><b>Threading.</b> {@link #reset} and {@link #close} are the owner's. An access to the memory
 * that races with {@link #close} throws {@link IllegalStateException}.
 *
 * <p><b>Ownership.</b> The creator closes it. From one {@link #reset} to the next it serves one
 * {@link MemTable}. The owner resets it only after the last use of that memtable, of its cursors
 * and of keys found in it.
 */
public final class MemTableArena implements AutoCloseable {

  /** The maximum size: links count 8-byte units in 32 bits. */
  public static final long MAX_BYTES = 1L << 35;

  /** Bits of nodes per bit of the filter: 20 or more filter bits for a key of a usual size. */
  private static final int FILTER_SHARE = 64;

  private static final long MIN_FILTER_BYTES = 64;

  /** The minimum size of memory that is mapped. */
  private static final long MIN_MAPPED_BYTES = 1 << 20;

  private final Arena arena;
  private final MemorySegment memory;
  private final MemorySegment filter;
  private final MemorySegment shortcuts;
  private final AtomicBoolean claimed = new AtomicBoolean();

  private MemTableArena(Arena arena, long capacityBytes, boolean touched) {
    this.arena = arena;
    this.memory = memory(arena, (capacityBytes + 7) & -8L, touched);
    this.filter = arena.allocate(filterBytes(capacityBytes), 128);
    this.shortcuts = arena.allocate(SearchShortcuts.bytes(capacityBytes), 128);
  }

  /**
   * Allocates an arena. This stores into every page, so that later stores cause no page faults.
   *
   * @param capacityBytes its size, see {@link MemTable#arenaBytes}; rounded up to 8
   */
  public static MemTableArena allocate(long capacityBytes) {
    return allocate(capacityBytes, true);
  }

  /**
   * Allocates an arena for a writer that waits for it: if possible, its pages are made one by one
   * when they are first used.
   *
   * @param capacityBytes as in {@link #allocate}
   */
  public static MemTableArena allocateUntouched(long capacityBytes) {
    return allocate(capacityBytes, false);
  }

  /**
   * Allocates an arena that the collector frees, with its memtable and the last cursor over it; it
   * is not closed.
   *
   * @param capacityBytes as in {@link #allocate}
   */
  public static MemTableArena collected(long capacityBytes) {
    checkCapacity(capacityBytes);
    return new MemTableArena(Arena.ofAuto(), capacityBytes, false);
  }

  private static void checkCapacity(long capacityBytes) {
    if (capacityBytes < NodeAllocator.OVERHEAD_BYTES || capacityBytes > MAX_BYTES) {
      throw new IllegalArgumentException("capacityBytes=" + capacityBytes);
    }
  }

  private static MemTableArena allocate(long capacityBytes, boolean touched) {
    checkCapacity(capacityBytes);
    Arena arena = Arena.ofShared();
    try {
      return new MemTableArena(arena, capacityBytes, touched);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static MemorySegment memory(Arena arena, long bytes, boolean touched) {
    MemorySegment mapped =
        bytes >= MIN_MAPPED_BYTES ? NativeCalls.anonymousMemory(bytes, arena) : null;
    if (mapped == null) {
      // Aligned to 128, so that the counters at the start have their own cache lines.
      return arena.allocate(bytes, 128);
    }
    if (touched) {
      NativeCalls.populate(mapped); // if that is refused, the first use makes the pages
    }
    return mapped;
  }

  private static long filterBytes(long capacityBytes) {
    return Math.max(MIN_FILTER_BYTES, capacityBytes / FILTER_SHARE & -8L);
  }

  /** The memory that an arena of a capacity takes, filter and shortcuts included. */
  public static long memoryBytes(long capacityBytes) {
    return capacityBytes + filterBytes(capacityBytes) + SearchShortcuts.bytes(capacityBytes);
  }

  /** The size of this arena in bytes. */
  public long capacityBytes() {
    return memory.byteSize();
  }

  /** Makes the arena ready for the next memtable. The bytes of nodes remain. */
  public void reset() {
    filter.fill((byte) 0);
    shortcuts.fill((byte) 0);
    claimed.set(false);
  }

  /**
   * Frees the memory; a later access through a memtable or cursor throws. Idempotent.
   *
   * @throws dev.firn.core.MemoryHeldException when the JDK is using a key in place
   */
  @Override
  public void close() {
    SharedMemory.close(arena, "a memtable");
  }

  /** The memory of the filter, all zeros, for the memtable that claimed the arena. */
  MemorySegment filter() {
    return filter;
  }

  /** The memory of the shortcuts, all zeros, for the memtable that claimed the arena. */
  MemorySegment shortcuts() {
    return shortcuts;
  }

  /** The memory, for the one memtable until the next {@link #reset}. */
  MemorySegment claim() {
    if (!claimed.compareAndSet(false, true)) {
      throw new IllegalStateException("the arena already serves a memtable");
    }
    return memory;
  }
}
