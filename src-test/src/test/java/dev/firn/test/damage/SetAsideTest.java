package dev.firn.test.damage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.StoreHealth;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.error.CorruptionException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A damaged table is set aside: everything around it goes on, and nothing is lost. */
final class SetAsideTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int KEYS = 900;

  /** Bytes that a table surely has data in. */
  private static final int HEAD = 200;

  private static StoreOptions options() {
    return TinyOptions.smallest().toBuilder().scrubInterval(Duration.ZERO).build();
  }

  @Test
  void writesAndCompactionsGoOn_andNothingIsLost() {
    Seed.runFor(4_000, seed -> Deadline.call(LIMIT, () -> new Round(seed).run()));
  }

  /** A store in memory, its model, and one or two tables with a flipped bit. */
  private static final class Round {

    private final Random random;
    private final Map<String, String> model = new TreeMap<>();
    private int version;

    Round(long seed) {
      random = new Random(seed);
    }

    Void run() throws Exception {
      MemoryDisk disk = new MemoryDisk();
      try (Store store = disk.open(options())) {
        write(store, 1500);
        if (random.nextBoolean()) {
          store.compact();
        }
        write(store, random.nextInt(1200));
      }
      StoreImage image = StoreImage.of(disk.files(), MemoryDisk.DIRECTORY);
      Map<String, byte[]> whole = new TreeMap<>();
      StoreImage damaged = damage(image, whole);
      disk = new MemoryDisk(damaged.toFileSystem());
      int aside;
      try (Store store = disk.open(options())) {
        for (int i = 0; i < 4; i++) {
          write(store, 700);
          store.compact();
        }
        aside = store.stats().compactions().tablesSetAside();
        assertHealth(store, aside, whole);
        int refused = check(store, true);
        assertTrue(aside > 0 || refused == 0, () -> "none set aside, refused " + refused);
        assertFewRuns(store, aside);
      }
      assertRestored(disk, whole);
      return null;
    }

    private StoreImage damage(StoreImage image, Map<String, byte[]> whole) {
      List<String> tables =
          image.names().stream().filter(n -> StoreImage.kind(n).equals("table")).toList();
      StoreImage damaged = image;
      for (int i = random.nextInt(2); i >= 0; i--) {
        String name = tables.get(random.nextInt(tables.size()));
        byte[] bytes = image.bytes(name);
        whole.put(name, bytes.clone());
        bytes[random.nextInt(HEAD)] ^= 1;
        damaged = damaged.with(name, bytes);
      }
      return damaged;
    }

    private void write(Store store, int count) {
      for (int i = 0; i < count; i++) {
        String key = random.nextInt(2) + "/" + (10_000 + random.nextInt(KEYS));
        Tree tree = store.tree(key.substring(0, 1));
        if (random.nextInt(3) == 0) {
          tree.delete(key.getBytes(US_ASCII));
          model.remove(key);
        } else {
          String value = "v" + ++version + "x".repeat(random.nextInt(90));
          tree.put(key.getBytes(US_ASCII), value.getBytes(US_ASCII));
          model.put(key, value);
        }
      }
    }

    /** Compares every key with the model; returns how many reads were refused. */
    private int check(Store store, boolean damaged) {
      int refused = 0;
      for (int tree = 0; tree < 2; tree++) {
        for (int i = 0; i < KEYS; i++) {
          String key = tree + "/" + (10_000 + i);
          try {
            byte[] value = store.tree("" + tree).get(key.getBytes(US_ASCII));
            assertEquals(model.get(key), value == null ? null : new String(value, US_ASCII), key);
          } catch (CorruptionException e) {
            assertTrue(damaged, () -> key + ": " + e);
            refused++;
          }
        }
      }
      return refused;
    }

    private void assertHealth(Store store, int aside, Map<String, byte[]> whole) {
      StoreHealth health = store.health();
      assertNull(health.failure());
      assertTrue(health.damage().size() >= aside, () -> "damage " + health.damage());
      assertTrue(health.damage().size() <= whole.size(), () -> "damage " + health.damage());
      health
          .damage()
          .forEach(
              problem ->
                  assertTrue(
                      problem.cause() instanceof CorruptionException damage
                          && whole.keySet().stream().anyMatch(damage.file()::endsWith),
                      problem::toString));
    }

    private static void assertFewRuns(Store store, int aside) {
      int runs =
          store.stats().tables().levels().stream()
              .mapToInt(level -> level.level() == 0 ? level.runs() : 0)
              .sum();
      assertTrue(runs <= 12 * (aside + 1), () -> "runs " + runs + ", set aside " + aside);
    }

    /** With the right bytes back, the store has everything: only the reads were refused. */
    private void assertRestored(MemoryDisk disk, Map<String, byte[]> whole) {
      StoreImage image = StoreImage.of(disk.files(), MemoryDisk.DIRECTORY);
      for (Map.Entry<String, byte[]> table : whole.entrySet()) {
        if (image.names().contains(table.getKey())) {
          image = image.with(table.getKey(), table.getValue());
        }
      }
      try (Store store = new MemoryDisk(image.toFileSystem()).open(options())) {
        assertEquals(0, check(store, false));
        assertTrue(store.verify().isIntact(), () -> store.verify().toString());
        assertScan(store);
        store.compact();
        assertEquals(0, check(store, false));
        assertEquals(0, store.stats().compactions().tablesSetAside());
        assertFalse(store.stats().tables().levels().size() > 1, () -> store.stats().toString());
      }
    }

    private void assertScan(Store store) {
      Map<String, String> found = new TreeMap<>();
      for (int tree = 0; tree < 2; tree++) {
        try (Cursor cursor = store.tree("" + tree).cursor()) {
          for (boolean more = cursor.first(); more; more = cursor.next()) {
            found.put(
                new String(cursor.keyBytes(), US_ASCII), new String(cursor.valueBytes(), US_ASCII));
          }
        }
      }
      assertEquals(model, found);
    }
  }
}
