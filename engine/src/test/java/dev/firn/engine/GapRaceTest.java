package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Writers put keys into gaps and delete them, while scans find gaps and use them. What a writer
 * put, its next scan finds.
 */
class GapRaceTest {

  private static final int KEYS = 64;
  private static final int WRITERS = 3;
  private static final long MILLIS = 1500;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private final AtomicLong gapsSeen = new AtomicLong();
  private volatile boolean stopped;

  @Test
  void committedPuts_areInEveryLaterScan() throws Exception {
    List<Thread> threads = new ArrayList<>();
    try (GapEngine store = new GapEngine(1)) {
      for (int i = 0; i < WRITERS; i++) {
        int own = i;
        threads.add(start(() -> write(store, own, new Random())));
      }
      threads.add(start(() -> scan(store, true)));
      threads.add(start(() -> scan(store, false)));
      long end = System.nanoTime() + MILLIS * 1_000_000;
      while (failure.get() == null && System.nanoTime() < end) {
        store.engine.flush();
        Thread.yield();
      }
      stopped = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
    Throwable first = failure.get();
    if (first != null) {
      throw new AssertionError(first);
    }
    assertTrue(gapsSeen.get() > 0);
  }

  private Thread start(Runnable work) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (!stopped) {
                  work.run();
                }
              } catch (Throwable t) {
                failure.compareAndSet(null, t);
                stopped = true;
              }
            });
  }

  /** Puts one of the thread's own keys, looks for it, and deletes it. */
  private void write(GapEngine store, int own, Random random) {
    int key = own + WRITERS * random.nextInt(KEYS / WRITERS);
    store.put(key);
    assertTrue(isFound(store, key, random), "key " + key);
    store.delete(key);
    assertFalse(isFound(store, key, random), "key " + key);
  }

  private static boolean isFound(GapEngine store, int key, Random random) {
    int lower = random.nextInt(key + 1);
    int upper = key + 1 + random.nextInt(KEYS - key);
    return store.scan(lower, upper, random.nextBoolean(), PointReader.LATEST).contains(key);
  }

  private void scan(GapEngine store, boolean forward) {
    store.scan(0, KEYS, forward, PointReader.LATEST);
    gapsSeen.addAndGet(store.engine.gaps().count());
  }
}
