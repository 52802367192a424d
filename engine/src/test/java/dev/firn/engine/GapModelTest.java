package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random writes and scans against a model, with gaps from the first deletions on. */
class GapModelTest {

  private static final int KEYS = 300;
  private static final int STEPS = 1000;

  private record Moment(OpenSnapshot snapshot, NavigableSet<Integer> keys) {}

  private final List<Moment> moments = new ArrayList<>();
  private final NavigableSet<Integer> keys = new TreeSet<>();

  /** The gaps that were known after the steps. */
  private long known;

  @Test
  void randomSteps_matchTheModel() {
    for (int i = 0; i < 4; i++) {
      long seed = Long.getLong("firn.seed", System.nanoTime());
      try {
        run(new Random(seed));
      } catch (Throwable t) {
        throw new AssertionError("-Dfirn.seed=" + seed, t);
      }
    }
    assertTrue(known > STEPS, "known=" + known);
  }

  private void run(Random random) {
    keys.clear();
    moments.clear();
    try (GapEngine store = new GapEngine(1 + random.nextInt(20))) {
      for (int i = 0; i < STEPS; i++) {
        step(store, random);
        known += store.engine.gaps().count();
      }
    }
  }

  private void step(GapEngine store, Random random) {
    int from = random.nextInt(KEYS);
    int to = from + 1 + random.nextInt(random.nextInt(4) == 0 ? KEYS : 10);
    switch (random.nextInt(16)) {
      case 0, 1 -> {
        store.put(from);
        keys.add(from);
      }
      case 2 -> {
        store.delete(from);
        keys.remove(from);
      }
      case 3 -> batch(store, random, from, to);
      case 4, 5 -> deleteAll(store, from, to);
      case 6 -> takeFirst(store);
      case 7 -> takeLast(store);
      case 8 -> openOrClose(store, random);
      case 9 -> {
        if (random.nextInt(40) == 0) {
          store.engine.flush();
        } else if (random.nextInt(40) == 0) {
          store.engine.compact();
        }
      }
      case 10, 11 -> walk(store, random, from, to);
      default -> scan(store, random, from, to);
    }
  }

  /** Puts and deletes keys, some of them twice. */
  private void batch(GapEngine store, Random random, int from, int to) {
    store.write(
        record -> {
          for (int i = 0; i < 8; i++) {
            int key = from + random.nextInt(to - from);
            if (random.nextInt(3) == 0) {
              record.put(store.tree, GapEngine.key(key), GapEngine.key(key));
              keys.add(key);
            } else {
              record.delete(store.tree, GapEngine.key(key));
              keys.remove(key);
            }
          }
        });
  }

  private void deleteAll(GapEngine store, int from, int to) {
    for (int key = from; key < to; key++) {
      store.delete(key);
      keys.remove(key);
    }
  }

  private void takeFirst(GapEngine store) {
    for (int i = 0; i < 10 && !keys.isEmpty(); i++) {
      try (LeasedCursor cursor = store.cursor(0, 2 * KEYS, PointReader.LATEST)) {
        assertTrue(cursor.first());
        assertEquals(keys.first(), GapEngine.key(cursor));
      }
      store.delete(keys.first());
      keys.pollFirst();
    }
  }

  private void takeLast(GapEngine store) {
    for (int i = 0; i < 10 && !keys.isEmpty(); i++) {
      try (LeasedCursor cursor = store.cursor(0, 2 * KEYS, PointReader.LATEST)) {
        assertTrue(cursor.last());
        assertEquals(keys.last(), GapEngine.key(cursor));
      }
      store.delete(keys.last());
      keys.pollLast();
    }
  }

  private void openOrClose(GapEngine store, Random random) {
    if (moments.size() < 4) {
      moments.add(new Moment(store.engine.openSnapshot(), new TreeSet<>(keys)));
    } else {
      store.engine.closeSnapshot(moments.remove(random.nextInt(moments.size())).snapshot);
    }
  }

  private @Nullable Moment moment(Random random) {
    return moments.isEmpty() || random.nextInt(3) > 0
        ? null
        : moments.get(random.nextInt(moments.size()));
  }

  private void scan(GapEngine store, Random random, int from, int to) {
    Moment moment = moment(random);
    boolean forward = random.nextBoolean();
    NavigableSet<Integer> all = moment == null ? keys : moment.keys;
    NavigableSet<Integer> expected = all.subSet(from, true, to, false);
    assertEquals(
        List.copyOf(forward ? expected : expected.descendingSet()),
        store.scan(from, to, forward, moment == null ? PointReader.LATEST : moment.snapshot));
  }

  /** Moves a cursor at random, while the store is written to. */
  private void walk(GapEngine store, Random random, int from, int to) {
    Moment moment = moment(random);
    NavigableSet<Integer> range =
        new TreeSet<>((moment == null ? keys : moment.keys).subSet(from, true, to, false));
    try (LeasedCursor cursor =
        store.cursor(from, to, moment == null ? PointReader.LATEST : moment.snapshot)) {
      Integer at = null;
      for (int i = 0; i < 12; i++) {
        int target = from + random.nextInt(to - from + 2) - 1;
        byte[] key = GapEngine.key(target);
        boolean found;
        switch (random.nextInt(8)) {
          case 0 -> {
            found = cursor.first();
            at = range.isEmpty() ? null : range.first();
          }
          case 1 -> {
            found = cursor.last();
            at = range.isEmpty() ? null : range.last();
          }
          case 2 -> {
            found = target >= 0 && cursor.seek(store.tree, key);
            at = target < 0 ? null : range.ceiling(target);
          }
          case 3 -> {
            found = target >= 0 && cursor.seekBefore(store.tree, key);
            at = target < 0 ? null : range.lower(target);
          }
          case 4 -> {
            found = target >= 0 && cursor.seekAtOrBefore(store.tree, key);
            at = target < 0 ? null : range.floor(target);
          }
          case 5 -> {
            step(store, random.nextInt(KEYS), random.nextBoolean());
            continue;
          }
          default -> {
            if (at == null) {
              continue;
            }
            boolean next = random.nextBoolean();
            found = next ? cursor.next() : cursor.prev();
            at = next ? range.higher(at) : range.lower(at);
          }
        }
        assertEquals(at != null, found);
        if (at != null) {
          assertEquals(at, GapEngine.key(cursor));
        }
        if (!cursor.isValid()) {
          at = null;
        }
      }
    }
  }

  private void step(GapEngine store, int key, boolean put) {
    if (put) {
      store.put(key);
      keys.add(key);
    } else {
      store.delete(key);
      keys.remove(key);
    }
  }
}
