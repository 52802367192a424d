package dev.firn.engine;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.TrackingFileSystem;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of an open store. Makes the store fail when the folder is not the one that the store
 * has locked, or has another owner, before anything is written there. And reports each file that
 * cannot be deleted to {@link Health}: callers ignore that failure, because the next opening
 * deletes the file.
 *
 * <p><b>Threading.</b> Any thread. <b>Ownership.</b> Closes at the end what is still open.
 */
final class WatchedFiles extends TrackingFileSystem {

  private final Health health;
  private volatile @Nullable LockFile lock;

  WatchedFiles(FileSystem files, Health health) {
    super(files);
    this.health = health;
  }

  /** Sets the lock, which is checked from now on. */
  void own(LockFile taken) {
    lock = taken;
  }

  /**
   * As {@link FileSystem#checkOwned}.
   *
   * @throws dev.firn.error.StoreFailedException when the store has failed for it
   */
  @Override
  public void checkOwned(Path directory) {
    LockFile owned = lock;
    if (owned != null) {
      try {
        owned.check();
      } catch (StorageException e) {
        throw health.fail("checking that the folder is still its own", e);
      }
    }
  }

  @Override
  public AppendFile create(Path file) {
    checkOwned(file);
    return super.create(file);
  }

  @Override
  public void allocate(Path file, long bytes) {
    checkOwned(file);
    super.allocate(file, bytes);
  }

  @Override
  public MappedFile map(Path file) {
    checkOwned(file);
    return super.map(file);
  }

  @Override
  public boolean punch(Path file, long[] ranges) {
    checkOwned(file);
    return super.punch(file, ranges);
  }

  @Override
  public void rename(Path from, Path to) {
    checkOwned(from);
    super.rename(from, to);
  }

  @Override
  public void delete(Path file) {
    checkOwned(file);
    try {
      super.delete(file);
    } catch (FirnException e) {
      health.warn("deleting an obsolete file", e);
      throw e;
    }
  }
}
