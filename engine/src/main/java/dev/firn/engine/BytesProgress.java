package dev.firn.engine;

/** Receives the progress of a long call. */
@FunctionalInterface
public interface BytesProgress {

  /** Reports the bytes done and the total. */
  void update(long done, long total);
}
