package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * An allocated file, mapped to be read and written. All stores into it go through {@link #write},
 * so that a file system that simulates a power cut sees each of them.
 *
 * <p><b>Threading.</b> Any thread may call; writers of overlapping ranges and readers of ranges
 * being written order themselves. <b>Ownership.</b> The opener closes it; that ends the mapping,
 * and a racing access throws {@link IllegalStateException}.
 */
public interface MappedFile extends AutoCloseable {

  /** The file's path, as it was when it was mapped or as {@link #renamed} said later. */
  Path path();

  /** Says what the file is called now. The mapping is the file's, whatever its name. */
  void renamed(Path path);

  /** The file's length in bytes. */
  long size();

  /**
   * The whole file, to be read only. The same segment at every call. A page that the device cannot
   * deliver is an {@link InternalError}, raised late: see {@link FaultBarrier}.
   */
  MemorySegment memory();

  /**
   * Copies {@code length} bytes into the file at {@code position}. A page that the device cannot
   * deliver is an exception here, before the caller's next statement; then no later sync succeeds.
   */
  void write(long position, MemorySegment source, long offset, long length);

  /**
   * The same, for a caller who syncs these bytes next: costs more here, so that the sync writes
   * no more than it must. A store into a mapping has the kernel write all that it keeps in one
   * piece with the page, which can be two megabytes.
   */
  default void writeForSync(long position, MemorySegment source, long offset, long length) {
    write(position, source, offset, length);
  }

  /**
   * Touches every page, so that later stores meet no page fault; what the file holds stays. Only
   * before the first writer: a store that runs beside it may be undone.
   */
  void prefault();

  /**
   * Puts {@code length} bytes from {@code position} on the device; bytes beside them may get there
   * too. A failure is reported once and then never again, whatever was lost: nothing written since
   * the last success may be trusted, and calling again proves nothing.
   */
  void sync(long position, long length);

  /** Ends the mapping. Idempotent. Does not sync. */
  @Override
  void close();
}
