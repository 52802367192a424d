package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Computes the checksum of a {@link ValueReference}. The value is copied piece by piece: a checksum
 * over a mapped page that the device has lost would end the JVM.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
public final class ValueChecksum {

  private static final int STEP_BYTES = 64 * 1024;

  /** Copies bytes of the value. */
  interface Source {

    /** Copies {@code length} bytes from {@code position} to the start of {@code target}. */
    void read(long position, MemorySegment target, long length);
  }

  private final MemorySegment piece;
  private final ByteBuffer view;
  private final Checksum checksum = new Checksum();

  /**
   * @param arena owns the memory
   */
  public ValueChecksum(Arena arena) {
    piece = arena.allocate(STEP_BYTES, Long.BYTES);
    view = piece.asByteBuffer();
  }

  /**
   * The checksum of a value in memory.
   *
   * @param file the number of the value file
   * @param offset the value's place in that file
   * @param memory holds the value
   * @param at where it starts in the memory
   */
  public int of(long file, long offset, MemorySegment memory, long at, int length) {
    return of(
        file,
        offset,
        length,
        (position, target, bytes) ->
            MemorySegment.copy(memory, at + position - offset, target, 0, bytes));
  }

  /** The checksum of a value, of which the source copies bytes by their place in the file. */
  int of(long file, long offset, int length, Source source) {
    checksum.start(file, offset);
    for (int done = 0; done < length; ) {
      int step = Math.min(length - done, STEP_BYTES);
      source.read(offset + done, piece, step);
      checksum.update(view.limit(step).position(0));
      done += step;
    }
    return checksum.value();
  }
}
