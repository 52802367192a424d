package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.memtable.MemTableArena;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * The arenas of the memtables: used again from generation to generation, since fresh memory costs a
 * page fault every 4 KiB.
 *
 * <p><b>Threading.</b> Any thread. <b>Ownership.</b> Owns every arena it handed out, and frees them
 * all in {@link #close}: a cursor that still reads one then gets an exception.
 */
final class ArenaPool implements AutoCloseable {

  private static final int MAX_SPARES = 2;

  private final long arenaBytes;

  @GuardedBy("this")
  private final ArrayDeque<MemTableArena> spares = new ArrayDeque<>();

  @GuardedBy("this")
  private final Set<MemTableArena> used = new HashSet<>();

  @GuardedBy("this")
  private boolean closed;

  /**
   * @param arenaBytes the usual capacity of an arena
   */
  ArenaPool(long arenaBytes) {
    this.arenaBytes = arenaBytes;
  }

  /** An empty arena of at least the usual capacity. */
  synchronized MemTableArena take(long minBytes) {
    if (closed) {
      throw Views.closed();
    }
    MemTableArena arena = minBytes <= arenaBytes ? spares.poll() : null;
    if (arena == null) {
      arena = MemTableArena.allocate(Math.max(minBytes, arenaBytes));
    } else {
      arena.reset();
    }
    used.add(arena);
    return arena;
  }

  /** Takes back an arena that nobody reads any more. */
  synchronized void give(MemTableArena arena) {
    used.remove(arena);
    if (closed || arena.capacityBytes() != arenaBytes || spares.size() >= MAX_SPARES) {
      arena.close();
    } else {
      spares.add(arena);
    }
  }

  /** How many bytes the arenas hold. */
  synchronized long memoryBytes() {
    long bytes = spares.size() * arenaBytes;
    for (MemTableArena arena : used) {
      bytes += arena.capacityBytes();
    }
    return bytes;
  }

  @Override
  public synchronized void close() {
    closed = true;
    spares.forEach(MemTableArena::close);
    spares.clear();
    used.forEach(MemTableArena::close);
    used.clear();
  }
}
