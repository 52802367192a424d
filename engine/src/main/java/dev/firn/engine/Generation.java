package dev.firn.engine;

import dev.firn.core.RefCounted;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalSegment;

/**
 * One journal segment and the skip list over it: written together, rotated together, flushed
 * together.
 *
 * <p><b>Ownership.</b> Owns the segment and the arena. When the last view releases the generation,
 * the arena goes back to the pool. The segment goes back to the journal, to be used again, or to
 * stay as a value file; if it was not flushed, its file stays for the next opening.
 */
final class Generation extends RefCounted {

  /** A segment becomes a value file if at least this part of it is large values, in percent. */
  private static final int MIN_LARGE_PERCENT = 70;

  private final JournalSegment segment;
  private final MemTable memTable;
  private final MemTableArena arena;
  private final ArenaPool arenas;
  private final Journal journal;
  private final long begunAtNanos = System.nanoTime();
  private volatile boolean flushed;

  /** Whether the segment becomes a value file; written before {@link #flushed}. */
  private boolean valueFile;

  /** When it was frozen; guarded by the lock of {@link GenerationList}. */
  private long frozenNanos;

  Generation(
      JournalSegment segment,
      MemTable memTable,
      MemTableArena arena,
      ArenaPool arenas,
      Journal journal) {
    this.segment = segment;
    this.memTable = memTable;
    this.arena = arena;
    this.arenas = arenas;
    this.journal = journal;
  }

  JournalSegment segment() {
    return segment;
  }

  MemTable memTable() {
    return memTable;
  }

  void markFrozen() {
    frozenNanos = System.nanoTime();
  }

  /** When it was frozen. */
  long frozenNanos() {
    return frozenNanos;
  }

  /** The memory of segment and arena. */
  long memoryBytes() {
    return segment.size() + arena.capacityBytes();
  }

  /** Whether the segment is for the most part values that belong in a value file. */
  boolean isMostlyLarge() {
    return memTable.largeBytes() >= segment.size() / 100 * MIN_LARGE_PERCENT;
  }

  /** When it was begun, see {@link System#nanoTime}. */
  long begunAtNanos() {
    return begunAtNanos;
  }

  /** Sets whether tables will refer to the segment, which then stays as a value file. */
  void setValueFile(boolean isValueFile) {
    valueFile = isValueFile;
  }

  /** The entries are durable in tables, so the segment may be used again. */
  void markFlushed() {
    flushed = true;
  }

  @Override
  protected void free() {
    arenas.giveBack(arena);
    if (flushed && valueFile) {
      journal.retireAsValueFile(segment);
    } else if (flushed) {
      journal.retire(segment);
    } else {
      segment.release();
    }
  }

  @Override
  public String toString() {
    return "generation " + segment.number();
  }
}
