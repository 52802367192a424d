package dev.firn.engine;

import dev.firn.core.NativeCalls;
import dev.firn.core.StoreThreads;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The store's own threads: one flushes, one compacts, one scrubs, two run maintenance tasks
 * (preparing journal segments, deleting files, the periodic sync). All are daemons: a process may
 * end without closing its store, and loses nothing. Where the platform allows, the first three
 * yield the processors to the threads of the user.
 */
final class Background implements AutoCloseable {

  /*
   * Nice values. With more threads than processors, a reader gets three times the share of the
   * flush thread, and that one three times the share of the compaction thread: see
   * docs/decisions/0014-background-threads.md. Writers wait when a flush gets too little.
   */
  private static final int FLUSH_NICE = 5;
  private static final int COMPACTION_NICE = 10;

  private final ScheduledExecutorService maintenance;
  private final Thread flusher;
  private final Thread compactor;
  private final Thread scrubber;

  Background(
      String name,
      ScheduledExecutorService maintenance,
      Thread.UncaughtExceptionHandler deathRecorder,
      Runnable flush,
      Runnable compaction,
      Runnable scrub) {
    this.maintenance = maintenance;
    this.flusher = thread("firn-flush " + name, FLUSH_NICE, flush, deathRecorder);
    this.compactor = thread("firn-compact " + name, COMPACTION_NICE, compaction, deathRecorder);
    this.scrubber = thread("firn-scrub " + name, COMPACTION_NICE, scrub, deathRecorder);
  }

  private static Thread thread(
      String name, int nice, Runnable task, Thread.UncaughtExceptionHandler deathRecorder) {
    return StoreThreads.named(name)
        .uncaughtExceptionHandler(deathRecorder)
        .unstarted(
            () -> {
              NativeCalls.lowerPriority(nice);
              task.run();
            });
  }

  void start() {
    flusher.start();
    compactor.start();
    scrubber.start();
  }

  /** Returns when all three have ended; each was closed before. */
  void awaitEnd() {
    joinUninterruptibly(flusher);
    joinUninterruptibly(compactor);
    joinUninterruptibly(scrubber);
  }

  /** Returns when all accepted maintenance tasks are done. */
  @Override
  public void close() {
    shutDown(maintenance);
  }

  /** Returns when all accepted tasks are done. */
  static void shutDown(ScheduledExecutorService maintenance) {
    maintenance.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        // Without a limit: the queued tasks release files, and must not be dropped.
        ended = maintenance.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    restore(interrupted);
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    try {
      for (; ; ) {
        try {
          thread.join();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      restore(interrupted);
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
