package dev.firn.sstable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.MemoryBudget;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A pool of work memory for checks of sections and for cursors.
 *
 * <p><b>Threading.</b> Any thread may call. <b>Ownership.</b> Owns all of it. The taker gives an
 * object back at most once; {@link #close} frees the memory of one that is not given back.
 */
final class ScratchPool implements AutoCloseable {

  private static final int MAX_SCRATCHES = 16;
  private static final int MAX_READ_AHEADS = 16;
  private static final int MAX_CURSOR_MEMORIES = 256;

  private final MemoryBudget budget;

  /** The arenas that are not freed, as the JDK makes them: closing one needs no code of ours. */
  private final Set<Arena> live = ConcurrentHashMap.newKeySet();

  @GuardedBy("this")
  private final ArrayDeque<ReadScratch> scratches = new ArrayDeque<>();

  @GuardedBy("this")
  private final ArrayDeque<ReadAhead> readAheads = new ArrayDeque<>();

  @GuardedBy("this")
  private final ArrayDeque<CursorMemory> cursorMemories = new ArrayDeque<>();

  ScratchPool(MemoryBudget budget) {
    this.budget = budget;
  }

  ReadScratch takeScratch() {
    ReadScratch pooled;
    synchronized (this) {
      pooled = scratches.pollFirst();
    }
    return pooled != null ? pooled : new ReadScratch(budget.arena(live));
  }

  void giveBack(ReadScratch scratch) {
    if (scratch.isModest()) {
      synchronized (this) {
        if (scratches.size() < MAX_SCRATCHES) {
          scratches.addFirst(scratch);
          return;
        }
      }
    }
    scratch.free();
  }

  ReadAhead takeReadAhead() {
    ReadAhead pooled;
    synchronized (this) {
      pooled = readAheads.pollFirst();
    }
    return pooled != null ? pooled : new ReadAhead(budget.arena(live));
  }

  void giveBack(ReadAhead readAhead) {
    readAhead.clear();
    synchronized (this) {
      if (readAheads.size() < MAX_READ_AHEADS) {
        readAheads.addFirst(readAhead);
        return;
      }
    }
    readAhead.free();
  }

  CursorMemory takeCursorMemory() {
    CursorMemory pooled;
    synchronized (this) {
      pooled = cursorMemories.pollFirst();
    }
    return pooled != null ? pooled : new CursorMemory(budget.arena(live));
  }

  void giveBack(CursorMemory memory) {
    if (memory.isModest()) {
      synchronized (this) {
        if (cursorMemories.size() < MAX_CURSOR_MEMORIES) {
          cursorMemories.addFirst(memory);
          return;
        }
      }
    }
    memory.free();
  }

  /** Frees everything; called after the last use. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      scratches.clear();
      readAheads.clear();
      cursorMemories.clear();
    }
    MemoryBudget.closeAll(live);
  }
}
