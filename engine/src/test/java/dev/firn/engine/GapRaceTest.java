package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/**
 * Writers put keys into gaps and delete them, while scans find gaps and use them. What was put
 * before a scan began is in its result.
 */
class GapRaceTest {

  private static final int KEYS = 64;
  private static final int WRITERS = 3;
  private static final long MILLIS = 1500;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** The number of changes of each key that have begun and ended; it exists after odd ones. */
  private final AtomicIntegerArray begun = new AtomicIntegerArray(KEYS);

  private final AtomicIntegerArray done = new AtomicIntegerArray(KEYS);
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
        Thread.sleep(1);
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

  /** Puts one of the thread's own keys, and deletes it. */
  private void write(GapEngine store, int own, Random random) {
    int key = own + WRITERS * random.nextInt(KEYS / WRITERS);
    begun.incrementAndGet(key);
    store.put(key);
    done.incrementAndGet(key);
    if (random.nextInt(4) == 0) {
      Thread.yield();
    }
    begun.incrementAndGet(key);
    store.delete(key);
    done.incrementAndGet(key);
  }

  private void scan(GapEngine store, boolean forward) {
    int[] before = new int[KEYS];
    for (int i = 0; i < KEYS; i++) {
      before[i] = done.get(i);
    }
    List<Integer> found = store.scan(0, KEYS, forward, PointReader.LATEST);
    gapsSeen.addAndGet(store.engine.gaps().count());
    for (int i = 0; i < KEYS; i++) {
      if (before[i] == begun.get(i)) {
        assertEquals(before[i] % 2 == 1, found.contains(i), "key " + i);
      }
    }
  }
}
