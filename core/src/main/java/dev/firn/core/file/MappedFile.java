package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * An allocated file, mapped for reading and writing. All stores into it go through {@link #write}
 * or {@link #writeForSync}, so that a file system that simulates a power cut sees each of them.
 *
 * <p><b>Threading.</b> Any thread may call; callers order writes and reads of overlapping ranges.
 *
 * <p><b>Ownership.</b> The opener closes it; that ends the mapping, and a racing access throws
 * {@link IllegalStateException}.
 */
public interface MappedFile extends AutoCloseable {

  /** The file's path when it was mapped, or the last one given to {@link #renamed}. */
  Path path();

  /** Sets the path after the file was renamed. */
  void renamed(Path path);

  /** The file's length in bytes. */
  long size();

  /**
   * The whole file, read-only; the same segment at every call. A page that the device cannot
   * deliver is an {@link InternalError}, raised late: see {@link FaultBarrier}.
   */
  MemorySegment memory();

  /**
   * Copies {@code length} bytes into the file at {@code position}. A page that the device cannot
   * deliver is an exception here, before the caller's next statement; no later sync succeeds then.
   */
  void write(long position, MemorySegment source, long offset, long length);

  /**
   * As {@link #write}, for a caller that syncs these bytes next: it costs more than a write, and
   * the sync then writes only these blocks. After a store into the mapping the sync writes the
   * whole folio of the page, which can be 2 MiB.
   */
  default void writeForSync(long position, MemorySegment source, long offset, long length) {
    write(position, source, offset, length);
  }

  /**
   * Makes every page present, so that later stores cause no page fault. The content stays. Only
   * before the first write: a concurrent store may be undone.
   */
  void prefault();

  /**
   * Puts {@code length} bytes from {@code position} on the device, and possibly adjacent bytes. The
   * kernel reports a failure once: after a failure, nothing that was written after the last success
   * may be trusted, and every later call throws.
   */
  void sync(long position, long length);

  /** Ends the mapping. Idempotent. Does not sync. */
  @Override
  void close();
}
