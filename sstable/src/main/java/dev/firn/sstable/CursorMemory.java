package dev.firn.sstable;

import dev.firn.core.EntryBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The work memory of a table cursor, reused from cursor to cursor through a pool.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The pool's.
 */
final class CursorMemory {

  private static final int INITIAL_BYTES = 512;
  private static final int USUAL_INTERVAL = 16;
  private static final int MODEST_BYTES = 256 * 1024;

  private final Arena arena;
  private final NativeBuffer key;
  private final NativeBuffer block;
  private EntryBatch interval;

  CursorMemory(Arena arena) {
    this.arena = arena;
    this.key = new NativeBuffer(arena, INITIAL_BYTES);
    this.block = new NativeBuffer(arena, INITIAL_BYTES);
    this.interval = new EntryBatch(USUAL_INTERVAL, arena);
  }

  void free() {
    arena.close();
  }

  /** Whether it is small enough to be kept in a pool. */
  boolean isModest() {
    return bytes() <= MODEST_BYTES;
  }

  long bytes() {
    return key.size() + interval.keyBytes() + block.size();
  }

  /** The buffer of the current key. */
  MemorySegment key() {
    return key.memory();
  }

  /** Makes room for a key of {@code length} bytes and keeps the first {@code keep} bytes. */
  MemorySegment ensureKey(int length, int keep) {
    return key.ensure(length + TableFormat.SLACK_BYTES, keep);
  }

  /** The buffer of a block that was decompressed for this cursor alone. */
  NativeBuffer block() {
    return block;
  }

  /** The interval buffer: the decoded entries of a restart interval, for backward moves. */
  EntryBatch interval(int entries) {
    if (interval.capacity() < entries) {
      interval = new EntryBatch(entries, arena);
    }
    return interval;
  }
}
