package dev.firn.engine;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The store's own threads: one flushes, one merges, one scrubs, two do the small things (preparing
 * journal segments, deleting files, the periodic sync). All are daemons: a process may end without
 * closing its store, and loses nothing.
 */
final class Background implements AutoCloseable {

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
    this.flusher = Thread.ofPlatform().daemon().name("firn-flush " + name).unstarted(flushing);
    this.compactor = Thread.ofPlatform().daemon().name("firn-merge " + name).unstarted(merging);
    this.scrubber = Thread.ofPlatform().daemon().name("firn-scrub " + name).unstarted(scrubbing);
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
