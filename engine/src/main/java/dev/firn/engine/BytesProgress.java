package dev.firn.engine;

/** Told how far a long call has come. */
@FunctionalInterface
public interface BytesProgress {

  /** Says how many bytes of how many are done. */
  void update(long done, long total);
}
