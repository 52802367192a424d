package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.wal.RecordBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Writers put and delete keys, also in batches and by range tombstones, where scans find gaps and
 * use them. What was written before a scan and not changed since is what the scan finds.
 */
class ScanSeamsRaceTest {

  private static final int OWN_KEYS = 24;
  private static final int WRITERS = 3;
  private static final int KEYS = WRITERS * OWN_KEYS;
  private static final long MILLIS = Long.getLong("firn.millis", 1000);

  /*
   * The states of the keys, each of which one writer changes. It counts the steps of a key: it is
   * absent, is being put, has a value, is being deleted.
   */
  private static final int BEING_PUT = 1;
  private static final int PRESENT = 2;
  private static final int PHASES = 4;

  private final AtomicIntegerArray states = new AtomicIntegerArray(KEYS);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong gapsSeen = new AtomicLong();
  private volatile boolean stopped;

  /** A part of a test that a thread repeats. */
  private interface Work {
    void run(Random random);
  }

  @Test
  void unchangedKeys_areFoundAsWritten() throws Exception {
    List<Thread> threads = new ArrayList<>();
    try (GapEngine store = new GapEngine(1, 64)) {
      for (int i = 0; i < WRITERS; i++) {
        int first = i * OWN_KEYS;
        threads.add(start(random -> write(store, first, random)));
      }
      for (int i = 0; i < 2; i++) {
        threads.add(start(random -> read(store, random)));
      }
      long end = System.nanoTime() + MILLIS * 1_000_000;
      for (int i = 1; failure.get() == null && System.nanoTime() < end; i++) {
        store.engine.flush();
        if (i % 16 == 0) {
          store.engine.compact();
        }
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

  private Thread start(Work work) {
    Random random = new Random();
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (!stopped) {
                  work.run(random);
                }
              } catch (Throwable t) {
                failure.compareAndSet(null, t);
                stopped = true;
              }
            });
  }

  /** Changes some of the writer's own keys at once, in one of the ways. */
  private void write(GapEngine store, int first, Random random) {
    int from = first + random.nextInt(OWN_KEYS);
    int to = Math.min(first + OWN_KEYS, from + 1 + random.nextInt(random.nextInt(6) + 1));
    boolean put = random.nextBoolean();
    List<Integer> changed = new ArrayList<>();
    for (int key = from; key < to; key++) {
      int phase = states.get(key) % PHASES;
      if (put == (phase == 0)) {
        changed.add(key);
        states.incrementAndGet(key);
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    if (!put && random.nextBoolean()) {
      store.deleteRange(from, to);
    } else {
      store.write(record -> changed.forEach(key -> add(store, record, key, put, random)));
    }
    changed.forEach(states::incrementAndGet);
    if (random.nextInt(4) == 0) {
      read(store, random);
    }
  }

  /** Adds a change of a key, sometimes after other versions of it. */
  private void add(GapEngine store, RecordBuilder record, int key, boolean put, Random random) {
    byte[] bytes = GapEngine.key(key);
    for (int i = random.nextInt(8) == 0 ? random.nextInt(30) : 0; i > 0; i--) {
      if (random.nextBoolean()) {
        record.put(store.tree, bytes, bytes);
      } else {
        record.delete(store.tree, bytes);
      }
    }
    if (put) {
      assertEquals(BEING_PUT, states.get(key) % PHASES);
      record.put(store.tree, bytes, value(states.get(key) / PHASES));
    } else {
      record.delete(store.tree, bytes);
    }
  }

  /** The value of the n-th put of a key. */
  private static byte[] value(int n) {
    return ByteBuffer.allocate(n % 5 == 0 ? 100 : Integer.BYTES).putInt(n).array();
  }

  private int[] states() {
    int[] seen = new int[KEYS];
    for (int key = 0; key < KEYS; key++) {
      seen[key] = states.get(key);
    }
    return seen;
  }

  private void read(GapEngine store, Random random) {
    int from = random.nextInt(KEYS);
    int to = from + 1 + random.nextInt(KEYS - from);
    int[] before = states();
    OpenSnapshot snapshot = random.nextInt(4) == 0 ? store.engine.openSnapshot() : null;
    NavigableMap<Integer, byte[]> found = scan(store, from, to, random.nextBoolean(), snapshot);
    int[] after = states();
    for (int key = from; key < to; key++) {
      if (before[key] == after[key]) {
        check(key, before[key], found.get(key));
      }
    }
    gapsSeen.addAndGet(store.engine.gaps().count());
    if (snapshot != null) {
      NavigableMap<Integer, byte[]> again = scan(store, from, to, random.nextBoolean(), snapshot);
      assertEquals(found.keySet(), again.keySet());
      found.forEach((key, value) -> assertArrayEquals(value, again.get(key)));
      store.engine.closeSnapshot(snapshot);
    }
  }

  private static void check(int key, int state, byte @Nullable [] found) {
    if (state % PHASES == PRESENT) {
      assertArrayEquals(value(state / PHASES), found, "key " + key);
    } else if (state % PHASES == 0) {
      assertNull(found, "key " + key);
    }
  }

  private static NavigableMap<Integer, byte[]> scan(
      GapEngine store, int from, int to, boolean forward, @Nullable OpenSnapshot snapshot) {
    NavigableMap<Integer, byte[]> found = new TreeMap<>();
    try (LeasedCursor cursor = store.cursor(from, to, snapshot)) {
      for (boolean more = forward ? cursor.first() : cursor.last();
          more;
          more = forward ? cursor.next() : cursor.prev()) {
        assertNull(found.put(GapEngine.key(cursor), cursor.valueBytes()));
      }
    }
    return found;
  }
}
