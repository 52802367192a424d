package dev.firn.engine;

import dev.firn.core.MemoryBudget;
import java.lang.foreign.Arena;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The cursors of a store: it makes them, keeps closed ones to be opened again, and closes the open
 * ones when the store is closed.
 *
 * <p><b>Threading.</b> Any thread. <b>Ownership.</b> Owns all cursors and their memory, also of
 * those that are open; {@link #close} frees it. A cursor that is read later gets an exception.
 */
final class OpenCursors implements AutoCloseable {

  private final MemoryBudget budget;
  private final KnownGaps gaps;
  private final MergeReader merges;
  private final Health health;
  private final ReadLoad readLoad = new ReadLoad();

  /** All cursors, open or closed, but those that were discarded. */
  private final Set<ScanCursor> all = ConcurrentHashMap.newKeySet();

  private final IdleCursors idle = new IdleCursors();

  /** The arenas that are not freed, as the JDK makes them: closing one needs no code of ours. */
  private final Set<Arena> live = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  OpenCursors(MemoryBudget budget, KnownGaps gaps, MergeReader merges, Health health) {
    this.budget = budget;
    this.gaps = gaps;
    this.merges = merges;
    this.health = health;
  }

  ReadLoad readLoad() {
    return readLoad;
  }

  /** A closed cursor, for the caller to open. */
  ScanCursor take() {
    ScanCursor pooled = idle.poll();
    return pooled != null ? pooled : add();
  }

  private ScanCursor add() {
    Arena arena = budget.arena(live);
    boolean done = false;
    try {
      ScanCursor cursor = new ScanCursor(this, gaps, merges, health, arena);
      all.add(cursor);
      if (closed) {
        throw StoreClosed.exception(); // close() may not see the arena
      }
      done = true;
      return cursor;
    } finally {
      if (!done) {
        arena.close();
      }
    }
  }

  /** Keeps a closed cursor for its next user, if there is a place for it. */
  void giveBack(ScanCursor cursor) {
    if (!idle.offer(cursor)) {
      discard(cursor);
    }
  }

  /** Frees a closed cursor, which is not opened again. */
  void discard(ScanCursor cursor) {
    if (closed) {
      return; // close() frees it
    }
    all.remove(cursor);
    try {
      cursor.free();
    } catch (IllegalStateException e) {
      // Another thread reads a key in place, in a call of the JDK: close() frees it.
    }
  }

  boolean areClosed() {
    return closed;
  }

  /**
   * Closes all cursors; called when the current view was taken away. A thread that opens a cursor
   * marks it first and takes the view after that, so either the mark is seen here and waited for,
   * or the thread gets no view.
   */
  void closeAll() {
    closed = true;
    all.forEach(ScanCursor::closeWithStore);
  }

  /** Frees everything; called when no cursor is open. Idempotent. */
  @Override
  public void close() {
    idle.clear();
    all.clear();
    MemoryBudget.closeAll(live);
  }
}
