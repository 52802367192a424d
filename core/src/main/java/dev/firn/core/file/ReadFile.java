package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * An immutable file, open for reading.
 *
 * <p><b>Threading.</b> Any thread may read.
 *
 * <p><b>Ownership.</b> The opener closes it; that ends its mapping, too, and a racing access to the
 * mapping throws {@link IllegalStateException}.
 */
public interface ReadFile extends AutoCloseable {

  /** The file's path. */
  Path path();

  /** The file's length in bytes when it was opened. */
  long size();

  /**
   * Copies {@code length} bytes from {@code position} of the file; all of them, or it throws. A
   * device that cannot be read is an exception here; an access to the mapping would be a fault.
   */
  void read(long position, MemorySegment target, long offset, long length);

  /**
   * The whole file, mapped, read-only; the same segment at every call. The first call needs the
   * file under the name that it was opened by. A page that the device
   * cannot deliver is an {@link InternalError}, raised late: see {@link FaultBarrier}.
   */
  MemorySegment map();

  /**
   * Begins to read a part of the file into memory, if the system can: returns before it is there.
   */
  default void prefetch(long position, long length) {}

  /**
   * Says whether the mapping will be read at random: then a fault reads one page, and {@link
   * #prefetch} more. Otherwise the kernel reads as much as it guesses.
   */
  default void readAtRandom(boolean atRandom) {}

  /** Closes the file and ends its mapping. Idempotent. */
  @Override
  void close();
}
