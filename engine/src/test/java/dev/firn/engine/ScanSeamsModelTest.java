package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.KeyGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random writes and reads against a model: range tombstones, many versions of a key, gaps from the
 * first deletions on, value files, snapshots, and cursors that stay open meanwhile.
 */
class ScanSeamsModelTest {

  private static final int KEYS = 120;
  private static final int STEPS = 900;
  private static final int ROUNDS = Integer.getInteger("firn.rounds", 2);
  private static final long MIN_VALUE_FILE_BYTES = 64;

  /** What a reader sees: of each key the number of its value. */
  private record Moment(@Nullable OpenSnapshot snapshot, NavigableMap<Integer, Integer> entries) {}

  /** A cursor between two steps. */
  private static final class Walk {

    final LeasedCursor cursor;
    final NavigableMap<Integer, Integer> entries;
    @Nullable Integer at;

    Walk(LeasedCursor cursor, NavigableMap<Integer, Integer> entries) {
      this.cursor = cursor;
      this.entries = entries;
    }
  }

  private final List<Moment> snapshots = new ArrayList<>();
  private final List<Walk> walks = new ArrayList<>();
  private final List<LeasedCursor> closed = new ArrayList<>();
  private final NavigableMap<Integer, Integer> entries = new TreeMap<>();
  private int values;

  /** The gaps that were known after the steps. */
  private long known;

  @Test
  void randomSteps_matchTheModel() {
    for (int i = 0; i < ROUNDS; i++) {
      run(Long.getLong("firn.seed", System.nanoTime()));
    }
    assertTrue(known > STEPS, "known=" + known);
  }

  private void run(long seed) {
    Random random = new Random(seed);
    snapshots.clear();
    walks.clear();
    closed.clear();
    entries.clear();
    int step = 0;
    try (GapEngine store = new GapEngine(1 + random.nextInt(20), MIN_VALUE_FILE_BYTES)) {
      while (step < STEPS) {
        step(store, random);
        known += store.engine.gaps().count();
        step++;
      }
      walks.forEach(walk -> walk.cursor.close());
    } catch (Throwable t) {
      throw new AssertionError("-Dfirn.seed=" + seed + " step=" + step, t);
    }
  }

  private void step(GapEngine store, Random random) {
    int from = random.nextInt(KEYS);
    int to = from + 1 + random.nextInt(random.nextInt(3) == 0 ? KEYS : 10);
    switch (random.nextInt(22)) {
      case 0, 1 -> write(store, from, false);
      case 2 -> write(store, from, true);
      case 3, 4 -> overwrite(store, random, from);
      case 5 -> batch(store, random);
      case 6, 7 -> deleteEach(store, from, to);
      case 8, 9 -> deleteRange(store, from, to);
      case 10 -> fill(store, from, to);
      case 11 -> openOrClose(store, random);
      case 12 -> maintain(store, random);
      case 13 -> beginOrEndWalk(store, random, from, to);
      case 14, 15 -> readAll(store, random);
      case 16, 17 -> moveWalks(store, random);
      default -> scan(store, random, from, to);
    }
  }

  private static byte[] value(int number) {
    int length = number % 97 == 0 ? 17_000 : number % 5 == 0 ? 64 + number % 100 : 4 + number % 16;
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) number);
    bytes[0] = (byte) (number >>> 8);
    bytes[1] = (byte) (number >>> 16);
    return bytes;
  }

  private void write(GapEngine store, int key, boolean delete) {
    if (delete) {
      store.delete(key);
      entries.remove(key);
    } else {
      int number = values++;
      store.write(record -> record.put(store.tree, GapEngine.key(key), value(number)));
      entries.put(key, number);
    }
  }

  /** Makes many versions of a key, and of its neighbour. */
  private void overwrite(GapEngine store, Random random, int key) {
    int versions = 1 + random.nextInt(40);
    int deleted = random.nextInt(3) == 0 ? random.nextInt(5) : 0;
    for (int i = 0; i < versions; i++) {
      write(store, key + random.nextInt(8) / 7, random.nextInt(5) < deleted);
    }
  }

  private void batch(GapEngine store, Random random) {
    store.write(
        record -> {
          for (int i = 0; i < 8; i++) {
            int key = random.nextInt(KEYS);
            int end = key + 1 + random.nextInt(20);
            switch (random.nextInt(3)) {
              case 0 -> {
                record.put(store.tree, GapEngine.key(key), value(values));
                entries.put(key, values++);
              }
              case 1 -> {
                record.delete(store.tree, GapEngine.key(key));
                entries.remove(key);
              }
              default -> {
                record.deleteRange(store.tree, GapEngine.key(key), store.storeKey(end));
                entries.subMap(key, end).clear();
              }
            }
          }
        });
  }

  private void deleteEach(GapEngine store, int from, int to) {
    for (int key = from; key < to; key++) {
      write(store, key, true);
    }
  }

  private void deleteRange(GapEngine store, int from, int to) {
    store.deleteRange(from, to);
    entries.subMap(from, to).clear();
  }

  private void fill(GapEngine store, int from, int to) {
    for (int key = from; key < Math.min(to, KEYS); key++) {
      write(store, key, false);
    }
  }

  private void openOrClose(GapEngine store, Random random) {
    if (snapshots.size() < 4) {
      snapshots.add(new Moment(store.engine.openSnapshot(), new TreeMap<>(entries)));
    } else {
      OpenSnapshot closing = snapshots.remove(random.nextInt(snapshots.size())).snapshot;
      if (closing != null) {
        store.engine.closeSnapshot(closing);
      }
    }
  }

  private void maintain(GapEngine store, Random random) {
    switch (random.nextInt(12)) {
      case 0 -> store.engine.compact();
      case 1, 2, 3 -> store.engine.flush();
      default -> {}
    }
  }

  private Moment moment(Random random) {
    return snapshots.isEmpty() || random.nextInt(3) > 0
        ? new Moment(null, entries)
        : snapshots.get(random.nextInt(snapshots.size()));
  }

  private void readAll(GapEngine store, Random random) {
    Moment moment = moment(random);
    int count = 1 + random.nextInt(40);
    int[] asked = random.ints(count, 0, KEYS + 2).toArray();
    byte[] @Nullable [] found =
        store
            .engine
            .groupReader()
            .getAll(store.engine.session(), moment.snapshot, keys(store, asked));
    for (int i = 0; i < count; i++) {
      Integer expected = moment.entries.get(asked[i]);
      if (expected == null) {
        assertNull(found[i], "key " + asked[i]);
      } else {
        assertArrayEquals(value(expected), found[i], "key " + asked[i]);
      }
    }
    Integer one = moment.entries.get(asked[0]);
    byte[] single =
        store
            .engine
            .reader()
            .get(store.engine.session().key(store.tree, GapEngine.key(asked[0])), moment.snapshot);
    assertArrayEquals(one == null ? null : value(one), single);
  }

  private static GroupReader.Keys keys(GapEngine store, int[] asked) {
    return new GroupReader.Keys() {
      @Override
      public int count() {
        return asked.length;
      }

      @Override
      public void addTo(KeyGroup group, int index) {
        group.add(store.tree, GapEngine.key(asked[index]));
      }
    };
  }

  private void scan(GapEngine store, Random random, int from, int to) {
    Moment moment = moment(random);
    boolean forward = random.nextBoolean();
    int max = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : Integer.MAX_VALUE;
    NavigableMap<Integer, Integer> range = moment.entries.subMap(from, true, to, false);
    LeasedCursor used;
    try (LeasedCursor cursor = store.cursor(from, to, moment.snapshot)) {
      used = cursor;
      int count = 0;
      boolean found = forward ? cursor.first() : cursor.last();
      for (Map.Entry<Integer, Integer> next :
          (forward ? range : range.descendingMap()).entrySet()) {
        assertTrue(found, "key " + next.getKey());
        check(cursor, next.getKey(), next.getValue(), random);
        if (++count == max) {
          return;
        }
        found = forward ? cursor.next() : cursor.prev();
      }
      assertFalse(found);
    }
    closed.add(used);
    assertThrows(IllegalStateException.class, closed.get(random.nextInt(closed.size()))::first);
  }

  private static void check(LeasedCursor cursor, int key, int number, Random random) {
    assertEquals(key, GapEngine.key(cursor));
    if (random.nextInt(3) > 0) {
      assertArrayEquals(value(number), cursor.valueBytes());
    }
  }

  private void beginOrEndWalk(GapEngine store, Random random, int from, int to) {
    if (walks.size() == 3) {
      walks.remove(random.nextInt(walks.size())).cursor.close();
    }
    Moment moment = moment(random);
    NavigableMap<Integer, Integer> range =
        new TreeMap<>(moment.entries.subMap(from, true, to, false));
    walks.add(new Walk(store.cursor(from, to, moment.snapshot), range));
  }

  private void moveWalks(GapEngine store, Random random) {
    for (Walk walk : walks) {
      for (int i = random.nextInt(8); i > 0; i--) {
        move(store, walk, random);
      }
    }
  }

  private static void move(GapEngine store, Walk walk, Random random) {
    int target = random.nextInt(KEYS + 10);
    byte[] key = GapEngine.key(target);
    NavigableMap<Integer, Integer> range = walk.entries;
    Integer at = walk.at;
    boolean found;
    switch (random.nextInt(12)) {
      case 0 -> {
        found = walk.cursor.first();
        at = range.isEmpty() ? null : range.firstKey();
      }
      case 1 -> {
        found = walk.cursor.last();
        at = range.isEmpty() ? null : range.lastKey();
      }
      case 2 -> {
        found = walk.cursor.seek(store.tree, key);
        at = range.ceilingKey(target);
      }
      case 3 -> {
        found = walk.cursor.seekBefore(store.tree, key);
        at = range.lowerKey(target);
      }
      case 4 -> {
        found = walk.cursor.seekAtOrBefore(store.tree, key);
        at = range.floorKey(target);
      }
      default -> {
        if (at == null) {
          return;
        }
        boolean next = random.nextBoolean();
        found = next ? walk.cursor.next() : walk.cursor.prev();
        at = next ? range.higherKey(at) : range.lowerKey(at);
      }
    }
    walk.at = at;
    assertEquals(at != null, found);
    if (at != null) {
      check(walk.cursor, at, range.getOrDefault(at, -1), random);
    }
  }
}
