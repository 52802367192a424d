package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import dev.firn.test.Crew;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.TinyOptions;
import dev.firn.test.concurrent.RegisterHistory.Event;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Several threads put and get a few keys; each key's history must be linearizable. */
final class RegisterTest {

  private static final int WRITERS = 3;
  private static final int READERS = 3;
  private static final int KEYS = 4;
  private static final int MAX_EVENTS = 300_000;

  private final List<List<List<Event>>> histories = new ArrayList<>();

  @Test
  void everyKey_isLinearizable() {
    Seed.run(this::round);
  }

  private void round(long seed) throws Exception {
    MemoryDisk disk = new MemoryDisk();
    Crew crew = new Crew();
    try (Store store = disk.open(TinyOptions.of(seed))) {
      Tree tree = store.tree("registers");
      List<List<Event>> initial = newHistory();
      for (int key = 0; key < KEYS; key++) {
        put(tree, key, -1 - key, initial);
      }
      for (int i = 0; i < WRITERS; i++) {
        startWriter(crew, store, tree, i, seed);
      }
      for (int i = 0; i < READERS; i++) {
        startReader(crew, tree, i, seed);
      }
      crew.start("flusher", () -> flushNowAndThen(store));
      crew.workFor(Duration.ofSeconds(2));
    }
    disk.assertNothingOpen();
    for (int key = 0; key < KEYS; key++) {
      List<Event> events = new ArrayList<>();
      for (List<List<Event>> history : histories) {
        events.addAll(history.get(key));
      }
      System.out.println("key " + key + ": " + events.size() + " operations");
      assertTrue(events.size() > 10);
      assertNull(RegisterHistory.violation(events));
    }
  }

  private static void flushNowAndThen(Store store) throws InterruptedException {
    Thread.sleep(20);
    store.flush();
  }

  private List<List<Event>> newHistory() {
    List<List<Event>> history = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      history.add(new ArrayList<>());
    }
    histories.add(history);
    return history;
  }

  private void startWriter(Crew crew, Store store, Tree tree, int writer, long seed) {
    List<List<Event>> history = newHistory();
    Random random = new Random(seed + writer);
    WriteBatch batch = new WriteBatch();
    long[] next = {writer};
    crew.start(
        "writer-" + writer,
        () -> {
          int key = random.nextInt(KEYS);
          if (random.nextInt(3) > 0) {
            put(tree, key, next[0], history);
            next[0] += WRITERS;
          } else {
            next[0] = putTwo(store, batch, tree, key, next[0], history);
          }
          if (history.getFirst().size() > MAX_EVENTS) {
            Thread.sleep(10);
          }
        });
  }

  private static void put(Tree tree, int key, long value, List<List<Event>> history) {
    long begin = System.nanoTime();
    tree.put(key(key), value(value));
    history.get(key).add(new Event(true, value, begin, System.nanoTime()));
  }

  private static long putTwo(
      Store store, WriteBatch batch, Tree tree, int key, long value, List<List<Event>> history) {
    int other = (key + 1) % KEYS;
    long second = value + WRITERS;
    batch.clear();
    batch.put(tree, key(key), value(value));
    batch.put(tree, key(other), value(second));
    long begin = System.nanoTime();
    store.write(batch);
    long end = System.nanoTime();
    history.get(key).add(new Event(true, value, begin, end));
    history.get(other).add(new Event(true, second, begin, end));
    return second + WRITERS;
  }

  private void startReader(Crew crew, Tree tree, int reader, long seed) {
    List<List<Event>> history = newHistory();
    Random random = new Random(seed - reader);
    byte[] target = new byte[300];
    crew.start(
        "reader-" + reader,
        () -> {
          int key = random.nextInt(KEYS);
          long begin = System.nanoTime();
          long value = random.nextInt(4) > 0 ? get(tree, key, target) : seek(tree, key);
          history.get(key).add(new Event(false, value, begin, System.nanoTime()));
          if (history.getFirst().size() > MAX_EVENTS) {
            Thread.sleep(10);
          }
        });
  }

  private static long get(Tree tree, int key, byte[] target) {
    long length = tree.get(key(key), target);
    assertTrue(length > 0, "no value");
    return checked(target, (int) length);
  }

  private static long seek(Tree tree, int key) {
    try (Cursor cursor = tree.cursor()) {
      assertTrue(cursor.seek(key(key)), "no value");
      byte[] value = cursor.valueBytes();
      return checked(value, value.length);
    }
  }

  private static byte[] key(int key) {
    return new byte[] {'k', (byte) key};
  }

  /** Each value has its own length, so that a mixture of two is noticed. */
  private static byte[] value(long value) {
    byte[] bytes = new byte[8 + (int) Math.floorMod(value, 200L)];
    ByteBuffer.wrap(bytes).putLong(value);
    for (int i = 8; i < bytes.length; i++) {
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static long checked(byte[] bytes, int length) {
    long value = ByteBuffer.wrap(bytes).getLong();
    assertTrue(
        java.util.Arrays.equals(value(value), java.util.Arrays.copyOf(bytes, length)),
        "a mixture of values");
    return value;
  }
}
