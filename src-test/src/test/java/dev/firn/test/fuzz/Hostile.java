package dev.firn.test.fuzz;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.error.FirnException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Uses a store whose files somebody forged. It may hold anything; but everything ends soon, takes
 * little memory, leaves nothing open, and what goes wrong is a {@link FirnException}.
 */
final class Hostile {

  private static final long MAX_CPU_NANOS = 1_000_000_000L;
  private static final long MAX_ALLOCATED_BYTES = 32 << 20;
  private static final int MAX_STEPS = 200_000;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Kept, since a logger that nobody holds loses its level. */
  private static final Logger LOG = Logger.getLogger("dev.firn");

  private Hostile() {}

  static StoreOptions options() {
    return StoreOptions.defaults()
        .withJournalSegmentBytes(16 << 10)
        .withBlockBytes(256)
        .withTableBytes(8 << 10)
        .withBlockCacheBytes(64 << 10)
        .withScrubInterval(Duration.ZERO)
        .withSyncInterval(Duration.ZERO);
  }

  /** Opens the store and does with it what can be done. */
  static void use(StoreImage image) {
    LOG.setLevel(Level.OFF);
    String excess = measure(image);
    if (excess != null) {
      // The first time includes the loading of classes, which a fuzzer makes dear.
      excess = measure(image);
      check(excess == null, excess, null);
    }
  }

  /** What was too much, or null. */
  private static @Nullable String measure(StoreImage image) {
    // Time of the processor: the machine may be busy, or this process stopped.
    long cpu = THREADS.getCurrentThreadCpuTime();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    MemoryDisk disk = new MemoryDisk(image.toFileSystem());
    try (Store store = disk.open(options())) {
      use(store);
    } catch (FirnException e) {
      check(String.valueOf(e.getMessage()).contains(MemoryDisk.DIRECTORY + ""), "names nothing", e);
    }
    disk.assertNothingOpen();
    long nanos = THREADS.getCurrentThreadCpuTime() - cpu;
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    return nanos < MAX_CPU_NANOS && bytes < MAX_ALLOCATED_BYTES
        ? null
        : "takes " + nanos + " ns and " + bytes + " bytes";
  }

  private static void use(Store store) {
    attempt(() -> store.verify());
    for (String name : store.trees()) {
      Tree tree = store.tree(name);
      attempt(() -> scan(tree));
      attempt(() -> tree.get(new byte[] {'k'}));
    }
    attempt(() -> store.tree("new").put(new byte[1], new byte[1]));
    attempt(store::compact);
    check(store.health() != null && store.stats() != null, "no health", null);
  }

  private static void scan(Tree tree) {
    try (Cursor cursor = tree.cursor()) {
      int steps = 0;
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        check(++steps < MAX_STEPS, "scans for ever", null);
        byte[] key = cursor.keyBytes();
        if (steps % 8 == 0) {
          attempt(() -> tree.get(key));
        }
        cursor.valueBytes();
      }
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        check(++steps < MAX_STEPS, "scans back for ever", null);
      }
    }
  }

  private static void attempt(Runnable use) {
    try {
      use.run();
    } catch (FirnException e) {
      // That is how a forged file is answered.
    }
  }

  private static void check(boolean right, @Nullable String what, @Nullable Throwable cause) {
    if (!right) {
      throw new AssertionError(String.valueOf(what), cause);
    }
  }
}
