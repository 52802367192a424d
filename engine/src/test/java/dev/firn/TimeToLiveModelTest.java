package dev.firn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random writes with and without a time to live, moves of the clock, flushes, compactions and
 * openings; all readers against sorted maps, at the present, in snapshots and in cursors.
 */
class TimeToLiveModelTest {

  private static final int STEPS = Integer.getInteger("firn.steps", 2500);
  private static final int KEYS = 120;
  private static final long NEVER = Long.MAX_VALUE;

  private record Entry(byte[] value, long expiry) {}

  /** What a reader sees: the map of the moment, and the clock of it. */
  private record Moment(NavigableMap<Integer, Entry> map, long clock, @Nullable Snapshot snapshot) {

    NavigableMap<Integer, byte[]> content() {
      NavigableMap<Integer, byte[]> content = new TreeMap<>();
      map.forEach(
          (key, entry) -> {
            if (entry.expiry > clock) {
              content.put(key, entry.value);
            }
          });
      return content;
    }
  }

  private final long seed = Long.getLong("firn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final TestClock clock = new TestClock();
  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Path folder = Path.of("/store");
  private final List<Moment> snapshots = new ArrayList<>();
  private final NavigableMap<Integer, Entry> map = new TreeMap<>();

  /** What the store's clock shows: the largest time that it was asked at. */
  private long shown = TestClock.START;

  private long treeMillis;
  private Store store = open();
  private Tree tree = openTree();

  private Store open() {
    return Store.open(
        folder,
        StoreOptions.builder()
            .clock(clock)
            .journalSegmentBytes(16L << (10 + random.nextInt(3)))
            .minValueFileBytes(64L << random.nextInt(6))
            .blockBytes(128 << random.nextInt(5))
            .tableBytes(4L << (10 + random.nextInt(5)))
            .levelBaseBytes(8L << (10 + random.nextInt(5)))
            .compression(random.nextBoolean() ? Compression.LZ4 : Compression.NONE)
            .syncInterval(Duration.ZERO)
            .build(),
        files);
  }

  private Tree openTree() {
    treeMillis = random.nextBoolean() ? 0 : 1 + random.nextInt(1000);
    return store.tree("t", TreeOptions.builder().timeToLive(Duration.ofMillis(treeMillis)).build());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void randomSteps_matchTheModel() {
    try {
      tree.put(key(KEYS * 3), new byte[0], Duration.ofMillis(1)); // so that the clock is kept
      clock.advance(Duration.ofMillis(1));
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      checkAll();
      assertTrue(store.verify().isIntact());
    } catch (Throwable t) {
      throw new AssertionError("-Dfirn.seed=" + seed, t);
    }
  }

  private void step() {
    switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> put(random.nextInt(KEYS));
      case 8 -> {
        int key = random.nextInt(KEYS);
        tree.delete(key(key));
        map.remove(key);
      }
      case 9 -> batch();
      case 10 -> {
        if (random.nextInt(6) == 0) {
          int from = random.nextInt(KEYS);
          int to = from + random.nextInt(20);
          tree.deleteRange(KeyRange.closedOpen(key(from), key(to)));
          map.subMap(from, to).clear();
        }
      }
      case 11, 12, 13 -> clock.advance(Duration.ofMillis(random.nextInt(120)));
      case 14 -> {
        if (random.nextInt(4) == 0) {
          now();
          store.snapshot().close(); // which asks the clock
          clock.back(Duration.ofMillis(random.nextInt(300)));
        }
      }
      case 15 -> {
        if (snapshots.size() < 4) {
          snapshots.add(new Moment(new TreeMap<>(map), now(), store.snapshot()));
        }
      }
      case 16 -> {
        if (!snapshots.isEmpty() && random.nextInt(2) == 0) {
          Snapshot closed = snapshots.remove(random.nextInt(snapshots.size())).snapshot;
          if (closed != null) {
            closed.close();
          }
        }
      }
      case 17 -> rest();
      case 18, 19 -> walk(moment());
      case 20 -> checkContent(moment());
      default -> checkKeys(moment());
    }
  }

  private void rest() {
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> store.flush();
      case 3 -> store.compact();
      case 4 -> reopen();
      default -> {}
    }
  }

  private void reopen() {
    snapshots.clear();
    now();
    store.close();
    store = open();
    tree = openTree();
  }

  /** The time that the store's clock shows to a reader or writer at this moment. */
  private long now() {
    shown = Math.max(shown, clock.millis());
    return shown;
  }

  private Moment moment() {
    int chosen = random.nextInt(snapshots.size() + 3);
    return chosen < snapshots.size() ? snapshots.get(chosen) : new Moment(map, now(), null);
  }

  private KeyReader reader(Moment moment) {
    Snapshot snapshot = moment.snapshot;
    return snapshot == null ? tree : tree.at(snapshot);
  }

  private void put(int key) {
    byte[] value = value();
    long millis = millis();
    if (millis < 0) {
      tree.put(key(key), value);
      map.put(key, new Entry(value, treeMillis == 0 ? NEVER : now() + treeMillis));
    } else if (random.nextBoolean()) {
      tree.put(key(key), value, Duration.ofMillis(millis));
      map.put(key, new Entry(value, now() + millis));
    } else {
      tree.put(
          MemorySegment.ofArray(key(key)),
          MemorySegment.ofArray(value),
          Duration.ofMillis(millis),
          random.nextInt(50) == 0 ? Durability.SYNCED : Durability.BUFFERED);
      map.put(key, new Entry(value, now() + millis));
    }
  }

  private void batch() {
    WriteBatch batch = new WriteBatch();
    int from = random.nextInt(KEYS);
    for (int key = from; key < from + random.nextInt(40); key++) {
      byte[] value = value();
      long millis = millis();
      if (millis < 0) {
        batch.put(tree, key(key), value);
        map.put(key, new Entry(value, treeMillis == 0 ? NEVER : now() + treeMillis));
      } else {
        batch.put(tree, key(key), value, Duration.ofMillis(millis));
        map.put(key, new Entry(value, now() + millis));
      }
    }
    if (!batch.isEmpty()) {
      store.write(batch);
    }
  }

  /** A time to live, or -1 for that of the tree. */
  private long millis() {
    return random.nextInt(3) == 0 ? -1 : 1 + random.nextInt(random.nextBoolean() ? 100 : 2000);
  }

  private byte[] value() {
    int length = random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(100);
    byte[] value = new byte[length];
    random.nextBytes(value);
    return value;
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static int number(byte[] key) {
    return ByteBuffer.wrap(key).getInt();
  }

  private void checkKeys(Moment moment) {
    Map<Integer, byte[]> content = moment.content();
    KeyReader reader = reader(moment);
    for (int i = 0; i < 5; i++) {
      int key = random.nextInt(KEYS);
      assertArrayEquals(content.get(key), reader.get(key(key)));
      assertEquals(content.containsKey(key), reader.contains(key(key)));
    }
    byte[][] keys = new byte[20][];
    byte[][] wanted = new byte[20][];
    for (int i = 0; i < keys.length; i++) {
      int key = random.nextInt(KEYS);
      keys[i] = key(key);
      wanted[i] = content.get(key);
    }
    assertArrayEquals(wanted, reader.getAll(keys));
  }

  private void checkContent(Moment moment) {
    NavigableMap<Integer, byte[]> content = moment.content();
    boolean forward = random.nextBoolean();
    List<Integer> found = new ArrayList<>();
    try (Cursor cursor = reader(moment).cursor()) {
      for (boolean more = forward ? cursor.first() : cursor.last();
          more;
          more = forward ? cursor.next() : cursor.prev()) {
        int key = number(cursor.keyBytes());
        found.add(key);
        assertArrayEquals(content.get(key), cursor.valueBytes());
      }
    }
    List<Integer> wanted = new ArrayList<>(content.keySet());
    assertEquals(forward ? wanted : wanted.reversed(), found);
  }

  /** Random moves of a cursor, while the clock goes on. */
  private void walk(Moment moment) {
    NavigableMap<Integer, byte[]> content = moment.content();
    int from = random.nextInt(KEYS);
    int to = from + random.nextInt(KEYS);
    NavigableMap<Integer, byte[]> range = content.subMap(from, true, to, false);
    Integer at = null;
    try (Cursor cursor = reader(moment).cursor(KeyRange.closedOpen(key(from), key(to)))) {
      for (int i = 0; i < 20; i++) {
        int sought = random.nextInt(KEYS);
        switch (random.nextInt(at == null ? 4 : 12)) {
          case 0 -> at = check(cursor.first(), range.isEmpty() ? null : range.firstKey());
          case 1 -> at = check(cursor.last(), range.isEmpty() ? null : range.lastKey());
          case 2 -> at = check(cursor.seek(key(sought)), range.ceilingKey(sought));
          case 3 -> at = check(cursor.seekAtOrBefore(key(sought)), range.floorKey(sought));
          case 4, 5, 6, 7 -> at = check(cursor.next(), range.higherKey(at));
          default -> at = check(cursor.prev(), range.lowerKey(at));
        }
        if (at != null) {
          assertEquals(at, number(cursor.keyBytes()));
          byte[] value = content.get(at);
          assertEquals(value.length, cursor.valueLength());
          assertTrue(Arrays.equals(value, cursor.valueBytes()));
        }
        clock.advance(Duration.ofMillis(random.nextInt(5)));
      }
    }
  }

  private static @Nullable Integer check(boolean found, @Nullable Integer wanted) {
    assertEquals(wanted != null, found);
    return wanted;
  }

  private void checkAll() {
    for (Moment moment : snapshots) {
      checkContent(moment);
    }
    checkContent(new Moment(map, now(), null));
    store.compact();
    checkContent(new Moment(map, now(), null));
    snapshots.clear();
    reopen();
    checkContent(new Moment(map, now(), null));
  }
}
