package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.MemoryBudget;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The memory of scans, reused from cursor to cursor.
 *
 * <p><b>Threading.</b> Any thread. <b>Ownership.</b> Owns all of it, also what cursors have; {@link
 * #close} frees it. A cursor that is read later gets an exception.
 */
final class ScanMemories implements AutoCloseable {

  private static final int MAX_IDLE = 64;

  private final MemoryBudget budget;
  private final KnownGaps gaps;

  /** The arenas that are not freed, as the JDK makes them: closing one needs no code of ours. */
  private final Set<Arena> live = ConcurrentHashMap.newKeySet();

  @GuardedBy("this")
  private final ArrayDeque<ScanMemory> idle = new ArrayDeque<>();

  ScanMemories(MemoryBudget budget, KnownGaps gaps) {
    this.budget = budget;
    this.gaps = gaps;
  }

  /** The memory of another scan. */
  ScanMemory take() {
    ScanMemory pooled;
    synchronized (this) {
      pooled = idle.pollFirst();
    }
    return pooled != null ? pooled : new ScanMemory(budget.arena(live), gaps);
  }

  /** Takes memory back from a cursor that is closed. */
  void giveBack(ScanMemory memory) {
    memory.gapWalk().close();
    if (memory.isModest()) {
      synchronized (this) {
        if (idle.size() < MAX_IDLE) {
          idle.addFirst(memory);
          return;
        }
      }
    }
    memory.free();
  }

  /** Frees everything; called when no cursor is open. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      idle.clear();
    }
    MemoryBudget.closeAll(live);
  }
}
