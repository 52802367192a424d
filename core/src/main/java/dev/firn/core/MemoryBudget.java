package dev.firn.core;

import java.lang.foreign.Arena;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * What a store takes outside the heap: one number, with one bound. A large piece is
 * reserved here before it is allocated, and released when it is freed.
 *
 * <p>The bound is kept by those that can wait or do without: memory that is prepared ahead takes
 * {@link #tryReserve}, the block cache evicts, writers wait for a flush while {@link #hasRoom} says
 * no. What cannot wait reserves in any case: a flush, which frees more than it takes; a record that
 * is larger than the bound; the replay of a journal that was written with a larger bound.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class MemoryBudget {

  private final long boundBytes;
  private final AtomicLong used = new AtomicLong();
  private volatile LongConsumer cache = bytes -> {};

  /** A budget of this many bytes. */
  public MemoryBudget(long boundBytes) {
    if (boundBytes <= 0) {
      throw new IllegalArgumentException("boundBytes=" + boundBytes);
    }
    this.boundBytes = boundBytes;
  }

  /** A budget that is never short. */
  public static MemoryBudget unbounded() {
    return new MemoryBudget(Long.MAX_VALUE / 2);
  }

  /**
   * Sets what frees memory when the budget is short: given a count of bytes, it tries to release as
   * many. It is called without a lock of this class, by threads that may hold locks of theirs.
   */
  public void setCache(LongConsumer cache) {
    this.cache = cache;
  }

  /**
   * An arena whose memory draws from this budget.
   *
   * @param arena where the memory comes from; closed with the returned one
   */
  public Arena arena(Arena arena) {
    return new BudgetArena(this, arena, null);
  }

  /**
   * A shared arena whose memory draws from this budget. Closing it twice has no effect.
   *
   * @param live holds the arena that the memory comes from until it is closed; what removes it from
   *     the set closes it
   */
  public Arena arena(Set<Arena> live) {
    Arena arena = Arena.ofShared();
    boolean added = false;
    try {
      added = live.add(arena);
    } finally {
      if (!added) {
        arena.close();
      }
    }
    return new BudgetArena(this, arena, live);
  }

  /**
   * Closes the arenas that are still in a set of {@link #arena(Set)}.
   *
   * @throws MemoryHeldException when the JDK is using one in place; the others are closed, and the
   *     call can be made again
   */
  public static void closeAll(Set<Arena> live) {
    MemoryHeldException held = null;
    for (Arena arena : live) {
      try {
        SharedMemory.close(arena, "a buffer of a cursor or of a record");
        live.remove(arena);
      } catch (MemoryHeldException e) {
        held = e;
      }
    }
    if (held != null) {
      throw held;
    }
  }

  /** The bound. */
  public long boundBytes() {
    return boundBytes;
  }

  /** What is reserved. */
  public long usedBytes() {
    return used.get();
  }

  /** What is left; below 0 when the bound is exceeded. */
  public long freeBytes() {
    return boundBytes - used.get();
  }

  /** Reserves memory whether there is room or not; makes room in the cache if there is not. */
  public void reserve(long bytes) {
    long missing = bytes - freeBytes();
    if (missing > 0) {
      cache.accept(missing);
    }
    long left = boundBytes - used.addAndGet(bytes);
    if (left < 0) {
      cache.accept(-left);
    }
  }

  /** As {@link #reserve}, for the cache itself. */
  public void take(long bytes) {
    used.addAndGet(bytes);
  }

  /** Reserves memory if there is room. */
  public boolean tryReserve(long bytes) {
    if (hasRoom(bytes)) {
      reserve(bytes);
      return true;
    }
    return false;
  }

  /**
   * Whether there is room, possibly after the cache has made some. An eighth of the bound is kept
   * free for what cannot wait.
   */
  public boolean hasRoom(long bytes) {
    long wanted = bytes + boundBytes / 8;
    if (freeBytes() < wanted) {
      cache.accept(wanted - freeBytes());
    }
    return freeBytes() >= wanted;
  }

  /** Ends a reservation, or a part of one. */
  public void release(long bytes) {
    long left = used.addAndGet(-bytes);
    assert left >= 0 : "released more than was reserved: " + left;
  }

  @Override
  public String toString() {
    return "MemoryBudget[used=" + usedBytes() + ", bound=" + boundBytes + "]";
  }
}
