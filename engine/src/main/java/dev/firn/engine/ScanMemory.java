package dev.firn.engine;

import dev.firn.core.ReadMoment;
import dev.firn.version.PrefixWindow;
import java.lang.foreign.Arena;

/**
 * The memory of a scan: the bounds and the targets of its searches, its moment, its batch of
 * entries, its walk over gaps, and the window of its merge.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> {@link OpenCursors} owns
 * it through its cursor.
 */
final class ScanMemory {

  private static final long MODEST_BYTES = 64 * 1024;

  private final Arena arena;
  private final ScanRange range;
  private final ReadMoment moment = new ReadMoment();
  private final KeyBuffer target;
  private final KeyBuffer bound;
  private final GapWalk gapWalk;
  private final ScanBatch batch;
  private final PrefixWindow window;

  ScanMemory(Arena arena, KnownGaps gaps) {
    this.arena = arena;
    this.range = new ScanRange(new KeyBuffer(arena), new KeyBuffer(arena));
    this.target = new KeyBuffer(arena);
    this.bound = new KeyBuffer(arena);
    this.gapWalk = new GapWalk(gaps, arena, range, moment);
    this.batch = new ScanBatch(arena, range, moment, gapWalk);
    this.window = new PrefixWindow(arena);
  }

  ScanRange range() {
    return range;
  }

  ReadMoment moment() {
    return moment;
  }

  KeyBuffer target() {
    return target;
  }

  /** For a search past a deleted range. */
  KeyBuffer bound() {
    return bound;
  }

  GapWalk gapWalk() {
    return gapWalk;
  }

  ScanBatch batch() {
    return batch;
  }

  PrefixWindow window() {
    return window;
  }

  /** Whether it is small enough to be kept for other scans. */
  boolean isModest() {
    long searches = range.memoryBytes() + target.memoryBytes() + bound.memoryBytes();
    return searches + gapWalk.memoryBytes() + batch.memoryBytes() <= MODEST_BYTES;
  }

  void free() {
    arena.close();
  }
}
