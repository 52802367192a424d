package dev.firn.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads that do something over and over until they are told to stop or one of them fails, which
 * stops all.
 *
 * <p><b>Threading.</b> Made, started and finished by one thread.
 */
public final class Crew {

  private static final Duration JOIN_LIMIT = Duration.ofSeconds(60);

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  /** What a thread does over and over. */
  public interface Work {
    void once() throws Exception;
  }

  /** Starts a thread that repeats a piece of work. */
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

  /** Whether nobody has stopped or failed yet. */
  public boolean isAtWork() {
    return !stopped;
  }

  /** Lets the threads work for a while, stops them, and throws what the first failure was. */
  public void workFor(Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (!stopped && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    finish();
  }

  /** Stops the threads and throws what the first failure was. */
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
