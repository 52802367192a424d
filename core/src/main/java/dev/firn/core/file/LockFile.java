package dev.firn.core.file;

/** The exclusive claim on a store. */
public interface LockFile extends AutoCloseable {

  /** What the claimed file says, or as much of it as a person would write. */
  String text();

  /** Replaces the content of the claimed file, which says whose it is, for people who look. */
  void describe(String text);

  /** Ends the claim. Idempotent. */
  @Override
  void close();
}
