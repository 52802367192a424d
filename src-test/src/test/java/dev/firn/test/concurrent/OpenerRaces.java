package dev.firn.test.concurrent;

import dev.firn.Store;
import dev.firn.error.StoreLockedException;
import dev.firn.test.Disk;
import dev.firn.test.TinyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that open the same store at once: one gets it, the others are told which process has it.
 */
final class OpenerRaces {

  private static final int THREADS = 3;

  private OpenerRaces() {}

  static void run(Disk disk) throws Exception {
    CyclicBarrier begin = new CyclicBarrier(THREADS);
    CyclicBarrier end = new CyclicBarrier(THREADS);
    AtomicInteger owners = new AtomicInteger();
    List<Throwable> unexpected = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      open(disk, begin, end, owners);
                    } catch (Throwable e) {
                      synchronized (unexpected) {
                        unexpected.add(e);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (owners.get() != 1 || !unexpected.isEmpty()) {
      throw new AssertionError(owners + " of " + THREADS + " opened the store, " + unexpected);
    }
    disk.assertNothingOpen();
  }

  private static void open(Disk disk, CyclicBarrier begin, CyclicBarrier end, AtomicInteger owners)
      throws Exception {
    begin.await();
    Store store = null;
    try {
      store = disk.open(TinyOptions.smallest());
      owners.incrementAndGet();
    } catch (StoreLockedException e) {
      // Expected for all threads but one.
    }
    // The owner closes after all have tried.
    end.await();
    if (store != null) {
      store.close();
    }
  }
}
