package dev.firn;

/** Receives the progress of a long call. */
@FunctionalInterface
public interface Progress {

  /**
   * Called now and then, on the thread that made the long call; should return soon. What it throws
   * ends that call and reaches its caller.
   *
   * @param doneBytes count of bytes that are done
   * @param totalBytes count of all bytes
   */
  void update(long doneBytes, long totalBytes);
}
