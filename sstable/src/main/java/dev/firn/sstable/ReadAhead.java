package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A buffer for a stretch of a table file that is read at once because all of it will be needed
 * soon. {@link TableFile#load(long, long, long, Codec, ReadAhead)} fills it.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The pool's.
 */
final class ReadAhead {

  static final int BYTES = 256 * 1024;

  private final Arena arena;
  private final NativeBuffer buffer;
  private final Checksum checksum = new Checksum();
  private long from;
  private long to;

  ReadAhead(Arena arena) {
    this.arena = arena;
    this.buffer = new NativeBuffer(arena, BYTES + TableFormat.SLACK_BYTES);
  }

  void free() {
    arena.close();
  }

  /** Whether a section fits into the buffer. */
  static boolean fits(long start, long end) {
    return end - start <= BYTES;
  }

  /** Empties the buffer. */
  void clear() {
    from = 0;
    to = 0;
  }

  /** Says which stretch of the file is at the start of the buffer. */
  void set(long first, long length) {
    from = first;
    to = first + length;
  }

  /** Whether a section is in the buffer. */
  boolean holds(long start, long end) {
    return start >= from && end <= to;
  }

  /** Where to read from, for a section that is not in the buffer. */
  long firstToRead(long start, long end) {
    return start < from ? Math.max(0, end - BYTES) : start;
  }

  /** The position in the buffer of an offset of the file. */
  int position(long offset) {
    return (int) (offset - from);
  }

  MemorySegment memory() {
    return buffer.memory();
  }

  NativeBuffer buffer() {
    return buffer;
  }

  Checksum checksum() {
    return checksum;
  }
}
