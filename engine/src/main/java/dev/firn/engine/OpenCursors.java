package dev.firn.engine;

import dev.firn.core.MemoryBudget;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open cursors, which the store closes when it is closed, and the load of their reads.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class OpenCursors {

  private final Set<ScanCursor> open = ConcurrentHashMap.newKeySet();
  private final ReadLoad readLoad = new ReadLoad();
  private final ScanMemories memories;
  private volatile boolean closed;

  OpenCursors(MemoryBudget budget, KnownGaps gaps) {
    this.memories = new ScanMemories(budget, gaps);
  }

  /** The memory of the cursors. */
  ScanMemories memories() {
    return memories;
  }

  ReadLoad readLoad() {
    return readLoad;
  }

  void add(ScanCursor cursor) {
    open.add(cursor);
  }

  void remove(ScanCursor cursor) {
    open.remove(cursor);
  }

  boolean areClosed() {
    return closed;
  }

  /** Closes all cursors; called when no further one can be opened. */
  void closeAll() {
    closed = true;
    open.forEach(ScanCursor::close);
  }
}
