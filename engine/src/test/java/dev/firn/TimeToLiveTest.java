package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a time to live promises. */
class TimeToLiveTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory;

  private final TestClock clock = new TestClock();

  private Store open() {
    return Store.open(directory, StoreOptions.builder().clock(clock).build());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void assertValue(KeyReader reader, String key, String value) {
    byte[] found = bytes(key);
    assertArrayEquals(bytes(value), reader.get(found));
    assertTrue(reader.contains(found));
    byte[] target = new byte[100];
    assertEquals(value.length(), reader.get(found, target));
    assertEquals(value, new String(target, 0, value.length(), UTF_8));
    assertTrue(
        reader.read(
            found,
            (memory, offset, length) ->
                assertArrayEquals(
                    bytes(value), memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE))));
    assertArrayEquals(bytes(value), reader.getAll(new byte[][] {found})[0]);
    try (Cursor cursor = reader.cursor()) {
      assertTrue(cursor.seek(found));
      assertEquals(key, new String(cursor.keyBytes(), UTF_8));
      assertArrayEquals(bytes(value), cursor.valueBytes());
      assertEquals(value.length(), cursor.valueLength());
      assertTrue(cursor.seekAtOrBefore(found));
      assertArrayEquals(bytes(value), cursor.valueBytes());
    }
  }

  private static void assertAbsent(KeyReader reader, String key) {
    byte[] sought = bytes(key);
    assertNull(reader.get(sought));
    assertFalse(reader.contains(sought));
    assertEquals(-1, reader.get(sought, new byte[10]));
    assertFalse(reader.read(sought, (memory, offset, length) -> {}));
    assertNull(reader.getAll(new byte[][] {sought})[0]);
    assertFalse(keys(reader, true).contains(key));
    assertFalse(keys(reader, false).contains(key));
  }

  private static List<String> keys(KeyReader reader, boolean forward) {
    List<String> keys = new ArrayList<>();
    try (Cursor cursor = reader.cursor()) {
      for (boolean more = forward ? cursor.first() : cursor.last();
          more;
          more = forward ? cursor.next() : cursor.prev()) {
        keys.add(new String(cursor.keyBytes(), UTF_8));
      }
    }
    return forward ? keys : keys.reversed();
  }

  @Test
  void entry_isThereUntilItsInstant_inMemoryAndInTables() {
    try (Store store = open()) {
      Tree tree = store.tree("t");
      tree.put(bytes("a"), bytes("1"), MINUTE);
      tree.put(bytes("b"), bytes("2"));
      assertValue(tree, "a", "1");
      store.flush();
      clock.advance(MINUTE.minusMillis(1));
      assertValue(tree, "a", "1");
      clock.advance(Duration.ofMillis(1));
      assertAbsent(tree, "a");
      assertEquals(List.of("b"), keys(tree, true));
      tree.put(bytes("a"), bytes("3"));
      assertValue(tree, "a", "3");
    }
  }

  @Test
  void expiredEntry_hidesOlderVersions_alsoAfterCompaction() {
    try (Store store = open()) {
      Tree tree = store.tree("t");
      tree.put(bytes("a"), bytes("old"));
      store.flush();
      tree.put(bytes("a"), bytes("new"), MINUTE);
      store.flush();
      clock.advance(MINUTE);
      assertAbsent(tree, "a");
      store.compact();
      assertAbsent(tree, "a");
      assertEquals(0, store.stats().tables().entries());
      assertEquals(1, store.stats().expiring().removed());
      assertTrue(store.verify().isIntact());
    }
  }

  @Test
  void snapshot_keepsItsMoment() {
    try (Store store = open()) {
      Tree tree = store.tree("t");
      tree.put(bytes("a"), bytes("1"), MINUTE);
      try (Snapshot before = store.snapshot()) {
        clock.advance(MINUTE);
        try (Snapshot after = store.snapshot()) {
          for (int i = 0; i < 3; i++) {
            assertAbsent(tree, "a");
            assertAbsent(tree.at(after), "a");
            assertValue(tree.at(before), "a", "1");
            store.flush();
            store.compact();
          }
        }
      }
      store.compact();
      assertEquals(0, store.stats().tables().entries());
    }
  }

  @Test
  void cursor_keepsItsMoment_inBothDirections() {
    try (Store store = open()) {
      Tree tree = store.tree("t");
      for (int i = 0; i < 100; i++) {
        tree.put(bytes("%03d".formatted(i)), bytes("v"), MINUTE);
      }
      try (Cursor cursor = tree.cursor()) {
        assertTrue(cursor.first());
        clock.advance(MINUTE);
        int found = 1;
        while (cursor.next()) {
          found++;
        }
        for (boolean more = cursor.last(); more; more = cursor.prev()) {
          found++;
        }
        assertEquals(200, found);
      }
      assertEquals(List.of(), keys(tree, true));
      assertEquals(List.of(), keys(tree, false));
    }
  }

  @Test
  void treesTimeToLive_isThatOfPuts_andChanges() {
    try (Store store = open()) {
      TreeOptions minute = TreeOptions.builder().timeToLive(MINUTE).build();
      Tree tree = store.tree("t", minute);
      tree.put(bytes("a"), bytes("1"));
      tree.put(bytes("b"), bytes("2"), SECOND);
      tree.put(bytes("c"), bytes("3"), ChronoUnit.FOREVER.getDuration());
      store.tree("t", TreeOptions.defaults());
      tree.put(bytes("d"), bytes("4"));
      clock.advance(SECOND);
      assertEquals(List.of("a", "c", "d"), keys(tree, true));
      clock.advance(MINUTE);
      assertEquals(List.of("c", "d"), keys(tree, true));
    }
    try (Store store = open()) {
      Tree tree = store.tree("t", TreeOptions.builder().timeToLive(MINUTE).build());
      tree.put(bytes("e"), bytes("5"));
      tree.delete(bytes("d"));
    }
    try (Store store = open()) {
      Tree tree = store.tree("t");
      tree.put(bytes("f"), bytes("6"));
      assertEquals(List.of("c", "e", "f"), keys(tree, true));
      clock.advance(MINUTE);
      assertEquals(List.of("c"), keys(tree, true));
    }
  }

  @Test
  void batch_hasTimesToLive_fromItsPuts() {
    try (Store store = open();
        Arena arena = Arena.ofConfined()) {
      Tree tree = store.tree("t");
      MemorySegment key = arena.allocateFrom("b").asSlice(0, 1);
      WriteBatch batch = new WriteBatch();
      batch.put(tree, bytes("a"), bytes("1"), MINUTE);
      clock.advance(SECOND);
      batch.put(tree, key, key, MINUTE).put(tree, bytes("c"), bytes("3"));
      store.write(batch);
      tree.put(arena.allocateFrom("d").asSlice(0, 1), key, MINUTE);
      assertEquals(List.of("a", "b", "c", "d"), keys(tree, true));
      clock.advance(MINUTE.minus(SECOND));
      assertEquals(List.of("b", "c", "d"), keys(tree, true));
      clock.advance(SECOND);
      assertEquals(List.of("c"), keys(tree, true));
    }
  }

  @Test
  void clockThatGoesBack_bringsNothingBack() {
    try (Store store = open()) {
      Tree tree = store.tree("t");
      tree.put(bytes("a"), bytes("1"), MINUTE);
      clock.advance(MINUTE);
      assertAbsent(tree, "a");
      clock.back(Duration.ofDays(1));
      assertAbsent(tree, "a");
      tree.put(bytes("b"), bytes("2"), MINUTE);
      store.flush();
      assertAbsent(tree, "a");
    }
    try (Store store = open()) {
      Tree tree = store.tree("t");
      assertAbsent(tree, "a");
      assertValue(tree, "b", "2");
      clock.advance(Duration.ofDays(1).plus(MINUTE));
      assertAbsent(tree, "b");
    }
  }

  @Test
  void timeToLive_outOfRange_isRefused() {
    try (Store store = open()) {
      Tree tree = store.tree("t");
      byte[] key = bytes("a");
      for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
        assertThrows(IllegalArgumentException.class, () -> tree.put(key, key, wrong));
        assertThrows(
            IllegalArgumentException.class, () -> new WriteBatch().put(tree, key, key, wrong));
      }
      tree.put(key, key, Duration.ofNanos(1));
      assertTrue(tree.contains(key));
      clock.advance(Duration.ofMillis(1));
      assertFalse(tree.contains(key));
    }
  }

  @Test
  void expiredStretch_isAGapForLaterReaders_notForEarlierSnapshots() {
    try (Store store = open()) {
      Tree tree = store.tree("t");
      tree.put(bytes("a"), bytes("1"));
      for (int i = 0; i < 1000; i++) {
        tree.put(bytes("b%04d".formatted(i)), bytes("2"), MINUTE);
      }
      tree.put(bytes("c"), bytes("3"));
      try (Snapshot before = store.snapshot()) {
        clock.advance(MINUTE);
        for (int i = 0; i < 3; i++) {
          assertEquals(List.of("a", "c"), keys(tree, i % 2 == 0));
          assertEquals(1002, keys(tree.at(before), i % 2 == 0).size());
        }
        tree.put(bytes("b0500"), bytes("4"), SECOND);
        assertEquals(List.of("a", "b0500", "c"), keys(tree, true));
        assertEquals(List.of("a", "b0500", "c"), keys(tree, false));
        clock.advance(SECOND);
        assertEquals(List.of("a", "c"), keys(tree, false));
        assertEquals(1002, keys(tree.at(before), true).size());
      }
    }
  }

  @Test
  void largeValues_ofBackwardCursors_areFoundAgain() {
    try (Store store = open()) {
      Tree tree = store.tree("t");
      byte[] large = new byte[100_000];
      IntStream.range(0, 20).forEach(i -> large[i * 1000] = (byte) i);
      for (int i = 0; i < 20; i++) {
        tree.put(bytes("k%02d".formatted(i)), large, i % 2 == 0 ? MINUTE : SECOND);
      }
      store.flush();
      clock.advance(SECOND);
      int found = 0;
      try (Cursor cursor = tree.cursor()) {
        for (boolean more = cursor.last(); more; more = cursor.prev()) {
          assertArrayEquals(large, cursor.valueBytes());
          found++;
        }
      }
      assertEquals(10, found);
    }
  }

  @Test
  void tablesOfExpiredEntries_goUnread() {
    StoreOptions options =
        StoreOptions.builder().clock(clock).tableBytes(64 << 10).memoryBytes(32 << 20).build();
    try (Store store = Store.open(directory, options)) {
      Tree tree = store.tree("t");
      byte[] value = new byte[100];
      for (int day = 0; day < 4; day++) {
        for (int i = 0; i < 5000; i++) {
          tree.put(bytes("%02d%04d".formatted(day, i)), value, Duration.ofDays(2));
        }
        store.flush();
        clock.advance(Duration.ofDays(1));
      }
      store.compact();
      assertEquals(10_000 - 5000, store.stats().expiring().entries());
      assertTrue(store.verify().isIntact());
      clock.advance(Duration.ofDays(1));
      long read = store.stats().compactions().bytesRead();
      store.compact();
      assertEquals(0, store.stats().expiring().entries());
      assertEquals(20_000, store.stats().expiring().removed());
      assertEquals(0, store.stats().tables().entries());
      assertTrue(store.stats().compactions().bytesRead() - read < 100_000);
    }
  }
}
