package dev.firn.sstable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory a cursor works in, kept from cursor to cursor by {@link ScratchPool}.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The cursor's while it is
 * open; a cursor that nobody closed leaves it to the garbage collector.
 */
final class CursorMemory {

  private static final int INITIAL_BYTES = 512;
  private static final int MODEST_BYTES = 256 * 1024;

  private final Arena arena = Arena.ofAuto();
  private final NativeBuffer key = new NativeBuffer(arena, INITIAL_BYTES);
  private final IntervalBuffer interval = new IntervalBuffer(arena);
  private final NativeBuffer block = new NativeBuffer(arena, INITIAL_BYTES);

  /** Whether it has not grown so much that keeping it would be a waste. */
  boolean isModest() {
    return key.size() + interval.bytes() + block.size() <= MODEST_BYTES;
  }

  /** The buffer of the current key. */
  MemorySegment key() {
    return key.memory();
  }

  /** Makes room for a key of {@code length} bytes, keeping the first {@code keep}. */
  MemorySegment ensureKey(int length, int keep) {
    return key.ensure(length + TableFormat.SLACK_BYTES, keep);
  }

  /** The buffer of a block that was decompressed for this cursor alone. */
  NativeBuffer block() {
    return block;
  }

  /** The buffer for moving backward. */
  IntervalBuffer interval() {
    return interval;
  }
}
