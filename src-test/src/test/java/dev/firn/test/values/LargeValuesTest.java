package dev.firn.test.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import dev.firn.test.MemoryDisk;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values that stay in the journal segments that hold them. */
final class LargeValuesTest {

  private static final int VALUE_BYTES = 4000;

  private static final StoreOptions OPTIONS =
      StoreOptions.builder()
          .journalSegmentBytes(64 << 10)
          .minValueFileBytes(1024)
          .tableBytes(64 << 10)
          .build();

  private final MemoryDisk disk = new MemoryDisk();

  static byte[] key(int i) {
    return "key-%05d".formatted(i).getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] value(int i, int round) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(31L * i + round).nextBytes(value);
    return value;
  }

  private static void fill(Tree tree, int count, int round) {
    for (int i = 0; i < count; i++) {
      tree.put(key(i), value(i, round));
    }
  }

  private static void assertHolds(Tree tree, int count, int round) {
    byte[] target = new byte[VALUE_BYTES];
    for (int i = 0; i < count; i++) {
      byte[] expected = value(i, round);
      assertArrayEquals(expected, tree.get(key(i)));
      assertEquals(VALUE_BYTES, tree.get(key(i), target));
      assertArrayEquals(expected, target);
      assertTrue(tree.contains(key(i)));
      List<byte[]> passed = new ArrayList<>();
      assertTrue(
          tree.read(
              key(i),
              (memory, offset, length) ->
                  passed.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE))));
      assertArrayEquals(expected, passed.getFirst());
    }
    int at = 0;
    try (Cursor cursor = tree.cursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        assertArrayEquals(key(at), cursor.keyBytes());
        assertEquals(VALUE_BYTES, cursor.valueLength());
        assertArrayEquals(value(at++, round), cursor.valueBytes());
      }
      assertEquals(count, at);
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        long offset = cursor.valueOffset();
        assertArrayEquals(
            value(--at, round),
            cursor
                .valueMemory()
                .asSlice(offset, cursor.valueLength())
                .toArray(ValueLayout.JAVA_BYTE));
      }
      assertEquals(0, at);
      int[] seen = {0};
      cursor.forEach(
          (key, memory, offset, length) ->
              assertArrayEquals(
                  value(seen[0]++, round),
                  memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)));
      assertEquals(count, seen[0]);
    }
  }

  @Test
  void values_areReadInEveryWay_afterFlushCompactionAndReopening() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      fill(tree, 200, 1);
      assertHolds(tree, 200, 1);
      store.flush();
      assertHolds(tree, 200, 1);
      fill(tree, 200, 2);
      store.compact();
      assertHolds(tree, 200, 2);
      assertTrue(store.verify().isIntact());
    }
    try (Store store = disk.open(OPTIONS)) {
      assertHolds(store.tree("t"), 200, 2);
      assertTrue(store.verify().isIntact());
    }
    disk.assertNothingOpen();
  }

  @Test
  void values_areNotCopiedToTables() {
    try (Store store = disk.open(OPTIONS)) {
      fill(store.tree("t"), 500, 1);
      store.compact();
      assertTrue(store.stats().values().files() > 5);
      assertEquals(0, store.stats().values().liveBytes() % VALUE_BYTES);
      assertTrue(store.stats().flushes().bytesWritten() < 500 * VALUE_BYTES / 4);
    }
  }

  @Test
  void missingKey_isNotPassedOn() {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      fill(tree, 50, 1);
      store.flush();
      assertFalse(tree.read(key(999), (memory, offset, length) -> assertNull(memory)));
    }
  }

  @Test
  void treeWithAThresholdOfItsOwn_keepsToIt() {
    TreeOptions none = TreeOptions.builder().minValueFileBytes(2 * VALUE_BYTES).build();
    try (Store store = disk.open(OPTIONS)) {
      fill(store.tree("inTables", none), 40, 0);
      store.flush();
      assertEquals(0, store.stats().values().fileBytes());
      fill(store.tree("t"), 40, 0);
      store.flush();
      assertTrue(store.stats().values().liveBytes() >= 30 * VALUE_BYTES);
    }
    TreeOptions all = TreeOptions.builder().minValueFileBytes(VALUE_BYTES).build();
    try (Store store = disk.open(OPTIONS.toBuilder().minValueFileBytes(1 << 20).build())) {
      long before = store.stats().values().liveBytes();
      fill(store.tree("inTables", all), 40, 1);
      store.flush();
      assertTrue(store.stats().values().liveBytes() >= before + 30 * VALUE_BYTES);
      assertHolds(store.tree("inTables"), 40, 1);
      assertHolds(store.tree("t"), 40, 0);
    }
  }
}
