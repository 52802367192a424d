package dev.firn.wal;

import dev.firn.core.file.MappedFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A segment's file that nobody needs any more, to be made over.
 *
 * <p>The mapping is kept with it, where there is one: a new one would have to be filled in page by
 * page when it is first written to, and to end one holds up all threads for a moment.
 *
 * @param path the file
 * @param mapping its mapping, which the spare owns; null when it has none
 */
record Spare(Path path, @Nullable MappedFile mapping) implements AutoCloseable {

  /** Ends the mapping. The file stays. */
  @Override
  public void close() {
    if (mapping != null) {
      mapping.close();
    }
  }
}
