package dev.firn.engine;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The store's own threads: one flushes, one merges, two do the small things (preparing journal
 * segments, deleting files, the periodic sync). All are daemons: a process may end without closing
 * its store, and loses nothing.
 */
final class Background implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  /** One may wait for the device in a sync while the other prepares the journal. */
  private static final int CHORES_THREADS = 2;

  private final ScheduledExecutorService chores;
  private final Thread flusher;
  private final Thread compactor;

  Background(String name, ScheduledExecutorService chores, Runnable flushing, Runnable merging) {
    this.chores = chores;
    this.flusher = Thread.ofPlatform().daemon().name("firn-flush " + name).unstarted(flushing);
    this.compactor = Thread.ofPlatform().daemon().name("firn-merge " + name).unstarted(merging);
  }

  /** The executor of the small things. */
  static ScheduledExecutorService chores(String name) {
    return Executors.newScheduledThreadPool(
        CHORES_THREADS, Thread.ofPlatform().daemon().name("firn-chores " + name).factory());
  }

  void start() {
    flusher.start();
    compactor.start();
  }

  /** Returns when both have ended; they were told to. */
  void awaitEnd() {
    joinUninterruptibly(flusher);
    joinUninterruptibly(compactor);
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
    while (!chores.isTerminated()) {
      try {
        if (!chores.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          chores.shutdownNow();
        }
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
