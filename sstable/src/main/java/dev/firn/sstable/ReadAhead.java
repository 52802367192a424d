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

  /** A scan that reads stretches of this length asks for the next one, too. */
  private static final int MIN_ASKED_BYTES = 64 * 1024;

  private final Arena arena;
  private final NativeBuffer buffer;
  private final Checksum checksum = new Checksum();
  private long from;
  private long to;

  /** How much to read at once. */
  private long window = BYTES;

  /** Whether the next section to read is the last of the stretch to read. */
  private boolean backward;

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

  /** Empties the buffer, for another use. */
  void clear() {
    forget();
    aim(BYTES, false);
  }

  /** Empties the buffer. */
  void forget() {
    from = 0;
    to = 0;
  }

  /**
   * Says how to read the next stretches.
   *
   * @param bytes the length of the first one, at most {@link #BYTES}; they double up to that
   * @param back whether the cursor moves backward; if it is false and the cursor does, that is
   *     noticed at the second stretch
   */
  void aim(long bytes, boolean back) {
    window = bytes;
    backward = back;
  }

  /** Says which stretch of the file is at the start of the buffer. */
  void set(long first, long length) {
    from = first;
    to = first + length;
    window = Math.min(2 * window, BYTES);
  }

  /** Whether a section is in the buffer. */
  boolean holds(long start, long end) {
    return start >= from && end <= to;
  }

  /** Where to read from, for a section that is not in the buffer. */
  long firstToRead(long start, long end) {
    return backward || start < from ? Math.max(0, Math.min(start, end - window)) : start;
  }

  /** How many bytes to read from {@code first}, for a section that is not in the buffer. */
  long lengthToRead(long first, long start, long end, long limit) {
    if (backward || first < start) {
      return end - first;
    }
    return Math.min(Math.max(window, end - first), limit - first);
  }

  /** Where the next stretch begins, after {@link #set}. */
  long nextToRead(long limit) {
    return backward ? Math.max(0, from - nextLength(limit)) : to;
  }

  /** How much of the next stretch is worth asking for before it is needed; 0 in a short scan. */
  long nextLength(long limit) {
    return window < MIN_ASKED_BYTES ? 0 : Math.min(window, backward ? from : limit - to);
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
