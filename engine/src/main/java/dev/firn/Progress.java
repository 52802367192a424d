package dev.firn;

/**
 * Told how far a long call has come; runs on the thread that made the call, so it should be
 * quick.
 */
@FunctionalInterface
public interface Progress {

  /**
   * Says how far the call has come.
   *
   * @param doneBytes how much is done
   * @param totalBytes how much there is in all
   */
  void update(long doneBytes, long totalBytes);
}
