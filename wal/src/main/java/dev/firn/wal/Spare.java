package dev.firn.wal;

import dev.firn.core.file.MappedFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The file of a segment that is not needed, to be recycled.
 *
 * <p>It keeps its mapping, because a new mapping meets a page fault at the first store into each
 * page, and ending a mapping stops all threads for a moment.
 *
 * @param path the file
 * @param mapping its mapping, which the spare owns; null if it has none
 */
record Spare(Path path, @Nullable MappedFile mapping) implements AutoCloseable {

  /** Ends the mapping. The file stays. */
  @Override
  public void close() {
    if (mapping != null) {
      SegmentFiles.close(mapping);
    }
  }
}
