package dev.firn.core.file;

/** An exclusive lock on a store, held through a file. */
public interface LockFile extends AutoCloseable {

  /** The content of the lock file, up to a maximum length. */
  String text();

  /** Replaces the content of the lock file, which describes the owner. */
  void describe(String text);

  /** Releases the lock. Idempotent. */
  @Override
  void close();
}
