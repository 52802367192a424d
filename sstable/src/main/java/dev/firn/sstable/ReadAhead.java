package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A stretch of a table file in memory, read at once because all of it will be needed soon.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The pool's, or the
 * garbage collector's when the pool has enough of them.
 */
final class ReadAhead {

  static final int BYTES = 256 * 1024;

  private final NativeBuffer buffer =
      new NativeBuffer(Arena.ofAuto(), BYTES + TableFormat.SLACK_BYTES);
  private final Checksum checksum = new Checksum();
  private long from;
  private long to;

  /** Forgets what was read. */
  void clear() {
    from = 0;
    to = 0;
  }

  /** Whether a section is not too long. */
  static boolean fits(long start, long end) {
    return end - start <= BYTES;
  }

  MemorySegment memory() {
    return buffer.memory();
  }

  NativeBuffer buffer() {
    return buffer;
  }

  /**
   * Makes a section available and checks it. When it has to be read, so is what follows it, or what
   * comes before it if that is where the cursor came from.
   *
   * @param limit where the data ends
   * @return where in the memory it starts
   */
  int load(TableFile file, long start, long end, long limit, Codec codec) {
    if (start < from || end > to) {
      long first = start < from ? Math.max(0, end - BYTES) : start;
      long length = Math.min(BYTES, limit - first);
      clear();
      file.read(first, buffer.memory(), 0, length);
      from = first;
      to = first + length;
    }
    int at = (int) (start - from);
    int trailer = (int) (end - from) - TableFormat.TRAILER_BYTES;
    checksum
        .start(file.number(), start)
        .update(buffer.bytes().limit(trailer + TableFormat.TRAILER_CHECKSUM).position(at));
    file.checkTrailer(start, buffer.memory(), trailer, checksum, codec);
    return at;
  }
}
