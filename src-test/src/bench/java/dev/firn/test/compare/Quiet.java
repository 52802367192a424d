package dev.firn.test.compare;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits for the end of work that goes on in the background of a store. */
final class Quiet {

  private static final Duration POLL = Duration.ofMillis(20);

  /** A store may wait for a second of rest before it tidies up. */
  private static final long QUIET_NANOS = 2_000_000_000L;

  private Quiet() {}

  /**
   * Returns once what describes the work's state has been the same for a while.
   *
   * @return when that began
   */
  static long await(Supplier<Object> state) throws InterruptedException {
    Object before = state.get();
    long since = System.nanoTime();
    while (System.nanoTime() - since < QUIET_NANOS) {
      Thread.sleep(POLL);
      Object now = state.get();
      if (!now.equals(before)) {
        before = now;
        since = System.nanoTime();
      }
    }
    return since;
  }
}
