package dev.firn.test.concurrent;

import dev.firn.Cursor;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import dev.firn.test.WalkOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stores closed within microseconds of gets, scans, compactions, and of closings of cursors by
 * other threads: late callers are told that the store is closed, and nothing of it is left open.
 * With a storm, all of these threads and the store's own are interrupted continually.
 */
final class CloseRaces {

  private static final int ENTRIES = 300;
  private static final long MAX_DELAY_NANOS = 6_000_000;

  private final MemoryFileSystem filled;
  private final boolean storm;
  private final AtomicLong races = new AtomicLong();
  private final AtomicLong interrupts = new AtomicLong();

  CloseRaces(boolean storm) {
    this.storm = storm;
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(TinyOptions.smallest())) {
      Tree tree = store.tree("t");
      for (int i = 0; i < ENTRIES; i++) {
        tree.put(key(i), new byte[40 + i % 90]);
      }
    }
    this.filled = disk.files();
  }

  /** Number of calls that met a closing on another thread, of a store or of a cursor. */
  long races() {
    return races.get();
  }

  long interrupts() {
    return interrupts.get();
  }

  void run(long seed) throws Exception {
    MemoryDisk disk = new MemoryDisk(filled.processKillClone());
    new Round(disk.open(TinyOptions.smallest()), seed).run();
    disk.assertNothingOpen();
  }

  private static byte[] key(int i) {
    return new byte[] {(byte) (i >> 8), (byte) i};
  }

  private interface Use {
    void use(Random random) throws Exception;
  }

  private final class Round {

    private final Store store;
    private final Tree tree;
    private final Random random;
    private final CyclicBarrier begin = new CyclicBarrier(5);
    private final List<Throwable> unexpected = new ArrayList<>();
    private volatile Cursor shared;
    private volatile boolean over;

    Round(Store store, long seed) {
      this.store = store;
      this.tree = store.tree("t");
      this.random = new Random(seed);
      this.shared = tree.cursor();
    }

    void run() throws Exception {
      List<Thread> threads = new ArrayList<>();
      threads.add(start(r -> tree.get(key(r.nextInt(ENTRIES)))));
      threads.add(start(this::scanShared));
      threads.add(start(this::closeShared));
      threads.add(start(this::disturb));
      Thread interrupter = storm ? Thread.ofPlatform().start(() -> interrupt(threads)) : null;
      begin.await();
      long end = System.nanoTime() + random.nextLong(MAX_DELAY_NANOS);
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      store.close();
      races.addAndGet(threads.size());
      for (Thread thread : threads) {
        thread.join();
      }
      over = true;
      if (interrupter != null) {
        interrupter.join();
      }
      for (Throwable e : unexpected) {
        throw new AssertionError("in a race with a close: " + e, e);
      }
    }

    private Thread start(Use use) {
      Random own = new Random(random.nextLong());
      return Thread.ofPlatform().daemon().start(() -> useUntilClosed(use, own));
    }

    private void useUntilClosed(Use use, Random own) {
      try {
        begin.await();
        while (true) {
          use.use(own);
        }
      } catch (Throwable e) {
        if (store.isOpen() || !isClosed(e)) {
          synchronized (unexpected) {
            unexpected.add(e);
          }
        }
      }
    }

    private boolean isClosed(Throwable e) {
      return e instanceof IllegalStateException
          && String.valueOf(e.getMessage()).contains("store is closed");
    }

    /** Another thread closes the cursor meanwhile. */
    private void scanShared(Random own) {
      try (Cursor mine = tree.cursor()) {
        shared = mine;
        boolean more = mine.seek(key(own.nextInt(ENTRIES)));
        while (more || mine.first()) {
          WalkOrder order = WalkOrder.forwards();
          for (more = true; more; more = mine.next()) {
            order.check(mine);
          }
        }
      } catch (IllegalStateException e) {
        if (!String.valueOf(e.getMessage()).contains("cursor is closed")) {
          throw e;
        }
        races.incrementAndGet();
      }
    }

    private void closeShared(Random own) {
      Cursor cursor = shared;
      for (int i = own.nextInt(200); i > 0; i--) {
        Thread.onSpinWait();
      }
      cursor.close();
      if (own.nextInt(20) == 0) {
        try (Snapshot snapshot = store.snapshot();
            Cursor another = tree.at(snapshot).cursor()) {
          another.last();
        }
      }
      while (shared == cursor) {
        // The scanning thread opens the next cursor, or has ended.
        store.treeNames();
      }
    }

    private void disturb(Random own) {
      switch (own.nextInt(5)) {
        case 0 -> store.compact();
        case 1 -> store.flush();
        case 2 -> store.scrub();
        default -> tree.put(key(own.nextInt(ENTRIES)), new byte[500]);
      }
    }

    private void interrupt(List<Thread> threads) {
      while (!over) {
        for (Thread thread : threads) {
          if (begin.getNumberWaiting() == 0) {
            thread.interrupt();
            interrupts.incrementAndGet();
          }
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
          if (thread.getName().startsWith("firn-")) {
            thread.interrupt();
            interrupts.incrementAndGet();
          }
        }
      }
    }
  }
}
