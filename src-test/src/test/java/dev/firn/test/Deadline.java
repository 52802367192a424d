package dev.firn.test;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Turns a test that hangs into a test that fails, with the stacks of all threads. */
public final class Deadline {

  private static final int FRAMES = 25;
  private static final long STEP_MILLIS = 500;

  private Deadline() {}

  /**
   * Runs the work on a thread of its own.
   *
   * @param limit maximum time; time during which the whole process was stopped is not counted
   */
  public static <T> T call(Duration limit, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = Thread.ofPlatform().daemon().name("under-deadline").start(task);
    try {
      return get(task, limit);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      AssertionError hangs = new AssertionError("still busy after " + limit + "\n" + stacks());
      hangs.setStackTrace(thread.getStackTrace());
      throw hangs;
    }
  }

  /** Waits in short steps: a stop of the process, however long, uses up one step. */
  private static <T> T get(FutureTask<T> task, Duration limit)
      throws InterruptedException, java.util.concurrent.ExecutionException, TimeoutException {
    long left = limit.toMillis();
    while (left > STEP_MILLIS) {
      try {
        return task.get(STEP_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        left -= STEP_MILLIS;
      }
    }
    return task.get(left, TimeUnit.MILLISECONDS);
  }

  /** The stacks of all threads in Firn's code, innermost frames first. */
  private static String stacks() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(entry -> isOurs(entry.getValue()))
        .map(
            entry ->
                entry.getKey()
                    + Arrays.stream(entry.getValue())
                        .limit(FRAMES)
                        .map(frame -> "\n    " + frame)
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("\n"));
  }

  private static boolean isOurs(StackTraceElement[] stack) {
    return Arrays.stream(stack).anyMatch(frame -> frame.getClassName().startsWith("dev.firn."));
  }
}
