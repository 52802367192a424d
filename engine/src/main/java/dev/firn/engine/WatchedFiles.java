package dev.firn.engine;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.TrackingFileSystem;
import dev.firn.error.FirnException;
import java.nio.file.Path;

/**
 * The files of one store. Reports each file that cannot be deleted to {@link Health}: callers
 * ignore the failure, because the next opening deletes the file.
 *
 * <p><b>Threading.</b> Any thread. <b>Ownership.</b> Closes at the end what is still open.
 */
final class WatchedFiles extends TrackingFileSystem {

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
