package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The arenas of the memtables: used again from generation to generation, since fresh memory costs a
 * page fault every 4 KiB.
 *
 * <p><b>Threading.</b> Any thread. <b>Ownership.</b> Owns every arena it handed out, and frees them
 * all in {@link #close}: a cursor that still reads one then gets an exception.
 */
final class ArenaPool implements AutoCloseable {

  private static final int MAX_SPARES = 8;

  private final long arenaBytes;
  private final Executor preparer;

  @GuardedBy("this")
  private boolean preparing;

  /** The one given back last is the first: a part of it may still be in the processor's cache. */
  @GuardedBy("this")
  private final ArrayDeque<MemTableArena> spares = new ArrayDeque<>();

  @GuardedBy("this")
  private final Set<MemTableArena> used = new HashSet<>();

  @GuardedBy("this")
  private boolean closed;

  /**
   * @param arenaBytes the usual capacity of an arena
   * @param preparer makes arenas before they are needed: a page fault for every 4 KiB takes long
   */
  ArenaPool(long arenaBytes, Executor preparer) {
    this.arenaBytes = arenaBytes;
    this.preparer = preparer;
  }

  /** An empty arena of at least the usual capacity. */
  synchronized MemTableArena take(long minBytes) {
    if (closed) {
      throw CurrentView.closed();
    }
    MemTableArena arena = minBytes <= arenaBytes ? spares.poll() : null;
    if (arena == null) {
      arena = MemTableArena.allocate(Math.max(minBytes, arenaBytes));
    } else {
      arena.reset();
    }
    used.add(arena);
    prepareLater();
    return arena;
  }

  @GuardedBy("this")
  private void prepareLater() {
    // When one waits to be flushed, more of them may soon: those come faster than they go back.
    int wanted = used.size() > 1 ? 2 : 1;
    if (closed || preparing || spares.size() >= wanted) {
      return;
    }
    try {
      preparing = true;
      preparer.execute(this::prepare);
    } catch (RejectedExecutionException e) {
      preparing = false; // the store is closing
    }
  }

  private void prepare() {
    MemTableArena arena = null;
    try {
      MemTable.warmUp();
      arena = MemTableArena.allocate(arenaBytes);
    } finally {
      prepared(arena);
    }
  }

  private synchronized void prepared(@Nullable MemTableArena arena) {
    preparing = false;
    if (arena != null && closed) {
      arena.close();
    } else if (arena != null) {
      spares.add(arena);
      prepareLater();
    }
  }

  /** Takes back an arena that nobody reads any more. */
  synchronized void give(MemTableArena arena) {
    used.remove(arena);
    if (closed || arena.capacityBytes() != arenaBytes || spares.size() >= MAX_SPARES) {
      arena.close();
    } else {
      spares.push(arena);
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
