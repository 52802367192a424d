package dev.firn.engine;

import dev.firn.core.NativeCalls;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The store's own threads: one flushes, one merges, one scrubs, two do the small things (preparing
 * journal segments, deleting files, the periodic sync). All are daemons: a process may end without
 * closing its store, and loses nothing. The first three leave the processors to the threads of the
 * user where they can.
 */
final class Background implements AutoCloseable {

  /*
   * With more threads than processors, a thread that reads gets three times the share of the one
   * that flushes, and that one three times the share of a merge: see docs/decisions/0023. Writers
   * wait when a flush gets too little.
   */
  private static final int FLUSH_GIVES_WAY = 5;
  private static final int MERGE_GIVES_WAY = 10;

  private final ScheduledExecutorService chores;
  private final Thread flusher;
  private final Thread compactor;
  private final Thread scrubber;

  Background(
      String name,
      ScheduledExecutorService chores,
      Runnable flushing,
      Runnable merging,
      Runnable scrubbing) {
    this.chores = chores;
    this.flusher = thread("firn-flush " + name, FLUSH_GIVES_WAY, flushing);
    this.compactor = thread("firn-merge " + name, MERGE_GIVES_WAY, merging);
    this.scrubber = thread("firn-scrub " + name, MERGE_GIVES_WAY, scrubbing);
  }

  private static Thread thread(String name, int givesWay, Runnable task) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .unstarted(
            () -> {
              NativeCalls.lowerPriority(givesWay);
              task.run();
            });
  }

  void start() {
    flusher.start();
    compactor.start();
    scrubber.start();
  }

  /** Returns when all three have ended; they were told to. */
  void awaitEnd() {
    joinUninterruptibly(flusher);
    joinUninterruptibly(compactor);
    joinUninterruptibly(scrubber);
  }

  /** Lets the small things that were begun finish. */
  @Override
  public void close() {
    shutDown(chores);
  }

  /** Lets the small things that were begun finish. */
  static void shutDown(ScheduledExecutorService chores) {
    chores.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        // However long that takes: what waits there lets go of files, and must not be dropped.
        ended = chores.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
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
