package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.MemoryBudget;
import dev.firn.core.MemoryHeldException;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * The arenas of the memtables. Generations reuse them, because fresh memory costs a page fault
 * every 4 KiB.
 *
 * <p><b>Threading.</b> Any thread. <b>Ownership.</b> Owns every arena, also those in use, and frees
 * all in {@link #close}: a cursor that reads a freed one gets an exception.
 */
final class ArenaPool implements AutoCloseable {

  private static final int MAX_SPARES = 8;

  private final long arenaBytes;
  private final Executor preparer;
  private final MemoryBudget budget;
  private final Consumer<Throwable> refusals;

  @GuardedBy("this")
  private boolean preparing;

  /** Last in, first out: part of the arena given back last may be in the processor's cache. */
  @GuardedBy("this")
  private final ArrayDeque<MemTableArena> spares = new ArrayDeque<>();

  @GuardedBy("this")
  private final Set<MemTableArena> used = new HashSet<>();

  @GuardedBy("this")
  private boolean closed;

  /**
   * @param arenaBytes the usual capacity of an arena
   * @param preparer allocates arenas ahead of use, because the page faults take long
   * @param budget what the arenas draw from
   * @param refusals is told when the JVM has no memory for an arena ahead of use
   */
  ArenaPool(long arenaBytes, Executor preparer, MemoryBudget budget, Consumer<Throwable> refusals) {
    this.arenaBytes = arenaBytes;
    this.preparer = preparer;
    this.budget = budget;
    this.refusals = refusals;
  }

  /** An empty arena of at least the usual capacity. */
  synchronized MemTableArena take(long minBytes) {
    if (closed) {
      throw StoreClosed.exception();
    }
    MemTableArena arena = minBytes <= arenaBytes ? spares.peek() : null;
    if (arena == null) {
      // The writer waits: the pages are made one by one.
      arena = allocate(Math.max(minBytes, arenaBytes), MemTableArena::allocateUntouched);
    } else {
      arena.reset();
      spares.remove();
    }
    used.add(arena);
    prepareLater();
    return arena;
  }

  private MemTableArena allocate(long capacityBytes, LongFunction<MemTableArena> maker) {
    long bytes = MemTableArena.memoryBytes(capacityBytes);
    budget.reserve(bytes);
    MemTableArena arena = null;
    try {
      arena = maker.apply(capacityBytes);
      return arena;
    } finally {
      if (arena == null) {
        budget.release(bytes);
      }
    }
  }

  private void free(MemTableArena arena) {
    arena.close();
    budget.release(MemTableArena.memoryBytes(arena.capacityBytes()));
  }

  /** The memory that {@link #take} would have to reserve. */
  synchronized long missingBytes(long minBytes) {
    return minBytes <= arenaBytes && !spares.isEmpty()
        ? 0
        : MemTableArena.memoryBytes(Math.max(minBytes, arenaBytes));
  }

  @GuardedBy("this")
  private void prepareLater() {
    // While one generation waits to be flushed, arenas are taken faster than they are given back.
    int wanted = used.size() > 1 ? 2 : 1;
    if (closed
        || preparing
        || spares.size() >= wanted
        || !budget.hasRoom(MemTableArena.memoryBytes(arenaBytes))) {
      return;
    }
    try {
      preparing = true;
      preparer.execute(this::prepare);
    } catch (RejectedExecutionException e) {
      preparing = false; // the store is closing
    } catch (Throwable t) {
      preparing = false;
      throw t;
    }
  }

  private void prepare() {
    MemTableArena arena = null;
    OutOfMemoryError refused = null;
    try {
      MemTable.warmUp();
      arena = allocate(arenaBytes, MemTableArena::allocate);
    } catch (OutOfMemoryError e) {
      refused = e; // the next one that takes an arena tries again
    } finally {
      // Without a call of the store's, which could fail and lose the arena.
      synchronized (this) {
        preparing = false;
        if (arena != null) {
          spares.add(arena);
        }
      }
    }
    if (refused == null) {
      prepareMore();
    } else {
      refusals.accept(refused);
    }
  }

  private synchronized void prepareMore() {
    if (closed) {
      close();
    } else {
      prepareLater();
    }
  }

  /** Takes back an arena that has no readers. */
  synchronized void giveBack(MemTableArena arena) {
    if (closed
        || arena.capacityBytes() != arenaBytes
        || spares.size() >= MAX_SPARES
        || budget.freeBytes() < 0) {
      try {
        free(arena);
        used.remove(arena);
      } catch (MemoryHeldException e) {
        // Closing the pool closes it.
      }
    } else {
      used.remove(arena);
      spares.push(arena);
    }
  }

  /** The capacity of all arenas. */
  synchronized long memoryBytes() {
    long bytes = spares.size() * arenaBytes;
    for (MemTableArena arena : used) {
      bytes += arena.capacityBytes();
    }
    return bytes;
  }

  /**
   * Frees all arenas, or all but those that are held. Idempotent.
   *
   * @throws MemoryHeldException when one is held; the call can be made again
   */
  @Override
  public synchronized void close() {
    closed = true;
    spares.forEach(MemTableArena::close);
    spares.clear();
    MemoryHeldException held = null;
    for (MemTableArena arena : List.copyOf(used)) {
      try {
        arena.close();
        used.remove(arena);
      } catch (MemoryHeldException e) {
        held = e;
      }
    }
    if (held != null) {
      throw held;
    }
  }
}
