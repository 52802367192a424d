package dev.firn.cli.bench;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits for the end of the background work of a store. */
public final class Quiet {

  private static final Duration POLL = Duration.ofMillis(20);

  private Quiet() {}

  /**
   * Returns once the state of the work has been the same for a while.
   *
   * @param state describes the state; never equal twice while there is work
   * @return when that began, by {@link System#nanoTime}
   */
  public static long await(Supplier<Object> state, Duration quiet) throws InterruptedException {
    Object before = state.get();
    long since = System.nanoTime();
    while (System.nanoTime() - since <= quiet.toNanos()) {
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
