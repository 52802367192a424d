package dev.firn.core.file;

/** An exclusive lock on a store, held through a file. */
public interface LockFile extends AutoCloseable {

  /** The content of the lock file, up to a maximum length. */
  String text();

  /** Replaces the content of the lock file, which describes the owner. */
  void describe(String text);

  /** The line that names the owner, for {@link #describe}. */
  String claim();

  /**
   * Checks that this is still the lock of its folder.
   *
   * @throws dev.firn.error.StorageException when the folder or the file was moved, deleted or
   *     replaced, or another owner has written its claim into the file
   */
  void check();

  /** Releases the lock. Idempotent. */
  @Override
  void close();
}
