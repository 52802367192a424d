package dev.firn.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An arena whose memory draws from a budget, from the allocation until {@link #close}.
 *
 * <p><b>Threading.</b> One thread at a time allocates; any thread may use the memory and close.
 */
final class BudgetArena implements Arena {

  private final MemoryBudget budget;
  private final Arena arena;
  private final @Nullable Set<Arena> live;
  private long reserved;

  BudgetArena(MemoryBudget budget, Arena arena, @Nullable Set<Arena> live) {
    this.budget = budget;
    this.arena = arena;
    this.live = live;
  }

  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    budget.reserve(bytes);
    reserved += bytes;
    boolean done = false;
    try {
      MemorySegment memory = arena.allocate(bytes, alignment);
      done = true;
      return memory;
    } finally {
      if (!done) {
        reserved -= bytes;
        budget.release(bytes);
      }
    }
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  /** Memory that a call of the JDK uses in place is left to {@link MemoryBudget#closeAll}. */
  @Override
  public void close() {
    if (live == null) {
      if (arena.scope().isAlive()) {
        arena.close();
        release();
      }
    } else if (live.remove(arena)) {
      closeOrKeep(live);
    }
  }

  private void closeOrKeep(Set<Arena> others) {
    boolean closed = false;
    try {
      arena.close();
      closed = true;
    } catch (IllegalStateException e) {
      // A thread reads in it, in a call of the JDK.
    } finally {
      if (!closed) {
        others.add(arena);
      }
    }
    if (closed) {
      release();
    }
  }

  private void release() {
    budget.release(reserved);
    reserved = 0;
  }
}
