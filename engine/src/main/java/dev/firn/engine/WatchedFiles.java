package dev.firn.engine;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ForwardingFileSystem;
import dev.firn.error.FirnException;
import java.nio.file.Path;

/**
 * A file system that reports each file that cannot be deleted to {@link Health}. Callers ignore the
 * failure, because the next opening deletes the file; this type reports it for all of them.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class WatchedFiles extends ForwardingFileSystem {

  private final Health health;

  WatchedFiles(FileSystem files, Health health) {
    super(files);
    this.health = health;
  }

  @Override
  public void delete(Path file) {
    try {
      super.delete(file);
    } catch (FirnException e) {
      health.warn("deleting an obsolete file", e);
      throw e;
    }
  }
}
