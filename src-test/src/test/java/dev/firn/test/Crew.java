package dev.firn.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads that repeat their work until they are stopped or one of them fails, which stops all.
 *
 * <p><b>Threading.</b> Made, started and finished by one thread.
 */
public final class Crew {

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(60);

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  public interface Work {
    void once() throws Exception;
  }

  public void start(String name, Work work) {
    threads.add(Thread.ofPlatform().daemon().name(name).start(() -> repeat(work)));
  }

  private void repeat(Work work) {
    try {
      while (!stopped) {
        work.once();
      }
    } catch (Throwable e) {
      if (!failure.compareAndSet(null, e)) {
        failure.get().addSuppressed(e);
      }
      stopped = true;
    }
  }

  /** Whether the crew was neither stopped nor failed. */
  public boolean isAtWork() {
    return !stopped;
  }

  /** Runs the threads for a time, stops them, and throws the first failure. */
  public void workFor(Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (!stopped && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    finish();
  }

  public void finish() throws Exception {
    stopped = true;
    Deadline.call(
        JOIN_LIMIT,
        () -> {
          for (Thread thread : threads) {
            thread.join();
          }
          return true;
        });
    Throwable first = failure.get();
    if (first != null) {
      throw new AssertionError(first.toString(), first);
    }
  }
}
