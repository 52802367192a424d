package dev.firn.test.memory;

import dev.firn.Store;
import dev.firn.StoreStats;
import dev.firn.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that writes random entries of 116 bytes from several threads. It prints the time of the
 * slowest write, the memory that the store took and its bound, and closes the store.
 */
final class IngestChild {

  private static final int VALUE_BYTES = 100;
  private static final int KEY_BYTES = 16;

  private IngestChild() {}

  /** Arguments: the store's folder, the count of threads, the bytes to write. */
  public static void main(String[] args) throws InterruptedException {
    int threads = Integer.parseInt(args[1]);
    long bytes = Long.parseLong(args[2]);
    AtomicLong left = new AtomicLong(bytes);
    AtomicLong slowest = new AtomicLong();
    AtomicLong most = new AtomicLong();
    try (Store store = Store.open(Path.of(args[0]))) {
      Tree tree = store.tree("t");
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        SplittableRandom random = new SplittableRandom(i);
        writers.add(Thread.ofPlatform().start(() -> write(tree, random, left, slowest)));
      }
      for (Thread writer : writers) {
        while (!writer.join(Duration.ofMillis(100))) {
          most.accumulateAndGet(store.stats().memory().usedBytes(), Math::max);
        }
      }
      StoreStats stats = store.stats();
      long expected = bytes / (KEY_BYTES + VALUE_BYTES);
      if (store.health().failure() != null || stats.lastSequence() < expected) {
        throw new AssertionError(store.health() + " " + stats);
      }
      System.out.printf(
          "slowest write %d ms, memory at most %d of %d%n",
          slowest.get() / 1_000_000, most.get(), stats.memory().boundBytes());
    }
  }

  private static void write(
      Tree tree, SplittableRandom random, AtomicLong left, AtomicLong slowest) {
    byte[] key = new byte[KEY_BYTES];
    byte[] value = new byte[VALUE_BYTES];
    while (left.addAndGet(-KEY_BYTES - VALUE_BYTES) > -KEY_BYTES - VALUE_BYTES) {
      random.nextBytes(key);
      random.nextBytes(value);
      long start = System.nanoTime();
      tree.put(key, value);
      slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
    }
  }
}
