package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A new file that is written from its start to its end.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> The creator closes it; closing does not sync.
 */
public interface AppendFile extends AutoCloseable {

  /** The file's path. */
  Path path();

  /** Appends {@code length} bytes; all of them, or it throws. */
  void append(MemorySegment source, long offset, long length);

  /** The count of bytes appended. */
  long size();

  /** Puts what was appended on the device. After a failure nothing about the file is known. */
  void sync();

  /** Closes the file. Idempotent. */
  @Override
  void close();
}
