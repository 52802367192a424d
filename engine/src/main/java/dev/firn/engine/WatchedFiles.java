package dev.firn.engine;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ForwardingFileSystem;
import dev.firn.error.FirnException;
import java.nio.file.Path;

/**
 * A file system that tells the store's health of each file that cannot be deleted. Whoever deletes
 * goes on without an error, since the next opening does it again; here is the one place where
 * nobody can forget to say so.
 *
 * <p><b>Threading.</b> Any thread may call.
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
      health.warn("deleting a file that is not needed any more", e);
      throw e;
    }
  }
}
