package dev.firn.sstable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;

/**
 * A pool of work memory for checks of sections and for cursors.
 *
 * <p><b>Threading.</b> Any thread may call. <b>Ownership.</b> The taker gives an object back at
 * most once; an object that is not given back is left to the garbage collector.
 */
final class ScratchPool {

  private static final int MAX_SCRATCHES = 16;
  private static final int MAX_READ_AHEADS = 16;
  private static final int MAX_CURSOR_MEMORIES = 256;

  @GuardedBy("this")
  private final ArrayDeque<ReadScratch> scratches = new ArrayDeque<>();

  @GuardedBy("this")
  private final ArrayDeque<ReadAhead> readAheads = new ArrayDeque<>();

  @GuardedBy("this")
  private final ArrayDeque<CursorMemory> cursorMemories = new ArrayDeque<>();

  ReadScratch takeScratch() {
    ReadScratch pooled;
    synchronized (this) {
      pooled = scratches.pollFirst();
    }
    return pooled != null ? pooled : new ReadScratch();
  }

  void giveBack(ReadScratch scratch) {
    if (!scratch.isModest()) {
      return;
    }
    synchronized (this) {
      if (scratches.size() < MAX_SCRATCHES) {
        scratches.addFirst(scratch);
      }
    }
  }

  ReadAhead takeReadAhead() {
    ReadAhead pooled;
    synchronized (this) {
      pooled = readAheads.pollFirst();
    }
    return pooled != null ? pooled : new ReadAhead();
  }

  void giveBack(ReadAhead readAhead) {
    readAhead.clear();
    synchronized (this) {
      if (readAheads.size() < MAX_READ_AHEADS) {
        readAheads.addFirst(readAhead);
      }
    }
  }

  CursorMemory takeCursorMemory() {
    CursorMemory pooled;
    synchronized (this) {
      pooled = cursorMemories.pollFirst();
    }
    return pooled != null ? pooled : new CursorMemory();
  }

  void giveBack(CursorMemory memory) {
    if (!memory.isModest()) {
      return;
    }
    synchronized (this) {
      if (cursorMemories.size() < MAX_CURSOR_MEMORIES) {
        cursorMemories.addFirst(memory);
      }
    }
  }
}
