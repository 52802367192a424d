package dev.firn.core.file;

/** The exclusive claim on a store. */
public interface LockFile extends AutoCloseable {

  /** Replaces the content of the claimed file, which says whose it is, for people who look. */
  void describe(String text);

  /** Ends the claim. Idempotent. */
  @Override
  void close();
}
