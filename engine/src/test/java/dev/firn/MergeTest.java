package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.MergeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeTest {

  private static final byte[] KEY = bytes("key");

  @TempDir Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static TreeOptions with(MergeOperator operator) {
    return TreeOptions.builder().mergeOperator(operator).build();
  }

  private static Tree counters(Store store) {
    return store.tree("counters", with(MergeOperator.counter()));
  }

  private static void add(Tree tree, String key, long number) {
    tree.merge(bytes(key), MergeOperator.ofLong(number));
  }

  private static long count(KeyReader tree, String key) {
    return MergeOperator.toLong(tree.get(bytes(key)));
  }

  @Test
  void get_ofOperands_isTheirSum() {
    try (Store store = Store.open(directory)) {
      Tree tree = counters(store);
      assertFalse(tree.contains(KEY));
      assertNull(tree.get(KEY));
      for (int i = 1; i <= 100; i++) {
        add(tree, "key", i);
      }
      assertTrue(tree.contains(KEY));
      assertEquals(5050, count(tree, "key"));
      tree.put(KEY, MergeOperator.ofLong(7));
      add(tree, "key", 1);
      assertEquals(8, count(tree, "key"));
      tree.delete(KEY);
      assertFalse(tree.contains(KEY));
      add(tree, "key", 3);
      assertEquals(3, count(tree, "key"));
      tree.deleteRange(KeyRange.all());
      assertFalse(tree.contains(KEY));
      add(tree, "key", 4);
      assertEquals(4, count(tree, "key"));
    }
  }

  @Test
  void get_ofOperandsInEveryPlace_isTheirSum() {
    try (Store store = Store.open(directory)) {
      Tree tree = counters(store);
      tree.put(KEY, MergeOperator.ofLong(1000));
      long sum = 1000;
      for (int round = 0; round < 12; round++) {
        for (int i = 0; i <= round; i++) {
          add(tree, "key", i);
          sum += i;
        }
        assertEquals(sum, count(tree, "key"));
        if (round % 3 == 2) {
          store.compact();
        } else if (round % 3 == 1) {
          store.flush();
        }
        assertEquals(sum, count(tree, "key"));
      }
      assertTrue(store.verify().isIntact());
    }
    try (Store store = Store.open(directory)) {
      assertEquals(1000 + 286, count(store.tree("counters"), "key"));
    }
  }

  @Test
  void snapshots_seeWhatTheySaw() {
    try (Store store = Store.open(directory)) {
      Tree tree = counters(store);
      List<Snapshot> snapshots = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        switch (i) {
          case 5 -> tree.put(KEY, MergeOperator.ofLong(100));
          case 9 -> tree.delete(KEY);
          case 13 -> tree.deleteRange(KeyRange.prefix(bytes("k")));
          default -> add(tree, "key", i);
        }
        snapshots.add(store.snapshot());
        if (i % 6 == 4) {
          store.flush();
        }
      }
      long[] wanted = wanted();
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20; i++) {
          assertEquals(wanted[i], count(tree.at(snapshots.get(i)), "key"), "snapshot " + i);
        }
        store.compact();
      }
      for (int i = 0; i < 20; i += 2) {
        snapshots.get(i).close();
      }
      store.compact();
      for (int i = 1; i < 20; i += 2) {
        assertEquals(wanted[i], count(tree.at(snapshots.get(i)), "key"), "snapshot " + i);
        snapshots.get(i).close();
      }
      store.compact();
      assertEquals(wanted[19], count(tree, "key"));
    }
  }

  private static long[] wanted() {
    long[] wanted = new long[20];
    long now = 0;
    for (int i = 0; i < 20; i++) {
      now =
          switch (i) {
            case 5 -> 100;
            case 9, 13 -> 0;
            default -> now + i;
          };
      wanted[i] = now;
    }
    return wanted;
  }

  @Test
  void reads_ofEveryKind_agree() {
    try (Store store = Store.open(directory);
        Arena arena = Arena.ofConfined()) {
      Tree tree = store.tree("lists", with(MergeOperator.append()));
      for (int i = 0; i < 300; i++) {
        tree.merge(bytes("k" + i % 7), bytes("" + (char) ('a' + i % 26)));
        if (i == 100) {
          store.flush();
        }
      }
      byte[][] keys = new byte[7][];
      List<String> values = new ArrayList<>();
      for (int k = 0; k < 7; k++) {
        StringBuilder wanted = new StringBuilder();
        for (int i = k; i < 300; i += 7) {
          wanted.append((char) ('a' + i % 26));
        }
        values.add(wanted.toString());
        keys[k] = bytes("k" + k);
      }
      byte[][] all = tree.getAll(keys);
      for (int k = 0; k < 7; k++) {
        byte[] value = bytes(values.get(k));
        assertArrayEquals(value, all[k]);
        assertArrayEquals(value, tree.get(keys[k]));
        byte[] target = new byte[5];
        assertEquals(value.length, tree.get(keys[k], target));
        assertArrayEquals(bytes(values.get(k).substring(0, 5)), target);
        MemorySegment room = arena.allocate(100);
        assertEquals(value.length, tree.get(MemorySegment.ofArray(keys[k]), room));
        assertArrayEquals(value, room.asSlice(0, value.length).toArray(ValueLayout.JAVA_BYTE));
        byte[] other = keys[(k + 1) % 7];
        int next = (k + 1) % 7;
        assertTrue(
            tree.read(
                keys[k],
                (memory, offset, length) -> {
                  assertArrayEquals(bytes(values.get(next)), tree.get(other));
                  assertArrayEquals(
                      value, memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
                }));
      }
      assertScans(tree, values);
    }
  }

  private static void assertScans(Tree tree, List<String> values) {
    try (Cursor cursor = tree.cursor()) {
      int at = 0;
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        assertEquals(values.get(at).length(), cursor.valueLength());
        assertArrayEquals(bytes(values.get(at++)), cursor.valueBytes());
      }
      assertEquals(7, at);
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        assertArrayEquals(bytes(values.get(--at)), cursor.value().toArray(ValueLayout.JAVA_BYTE));
        assertArrayEquals(bytes(values.get(at)), cursor.valueBytes());
      }
      assertEquals(0, at);
    }
  }

  @Test
  void min_max_keepTheExtremes() {
    try (Store store = Store.open(directory)) {
      Tree min = store.tree("min", with(MergeOperator.min()));
      Tree max = store.tree("max", with(MergeOperator.max()));
      WriteBatch batch = new WriteBatch();
      for (String value : List.of("m", "c", "x", "f")) {
        batch.merge(min, KEY, bytes(value)).merge(max, KEY, bytes(value));
      }
      store.write(batch);
      for (int round = 0; round < 2; round++) {
        assertArrayEquals(bytes("c"), min.get(KEY));
        assertArrayEquals(bytes("x"), max.get(KEY));
        store.compact();
      }
    }
  }

  @Test
  void merge_withoutOperator_isRefused() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("plain");
      assertThrows(IllegalStateException.class, () -> tree.merge(KEY, KEY));
      WriteBatch batch = new WriteBatch();
      assertThrows(IllegalStateException.class, () -> batch.merge(tree, KEY, KEY));
      assertTrue(batch.isEmpty());
    }
  }

  /** Puts operands between brackets; cannot combine them. */
  private static class Brackets implements MergeOperator {

    private final AtomicInteger calls = new AtomicInteger();
    private final int failing;

    Brackets(int failing) {
      this.failing = failing;
    }

    @Override
    public String name() {
      return "brackets";
    }

    @Override
    public byte[] merge(byte[] key, byte @Nullable [] existing, List<byte[]> operands) {
      if (failing > 0 && calls.incrementAndGet() % failing == 0) {
        throw new UnsupportedOperationException("not this time");
      }
      StringBuilder text = new StringBuilder(existing == null ? "" : new String(existing, UTF_8));
      operands.forEach(
          operand -> text.insert(0, '(').append(new String(operand, UTF_8)).append(')'));
      return bytes(text.toString());
    }
  }

  @Test
  void operatorThatIsNotGiven_isAskedFor_andItsOperandsAreKept() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("b", with(new Brackets(0)));
      tree.put(KEY, bytes("x"));
      tree.merge(KEY, bytes("1"));
      tree.merge(bytes("gone"), bytes("1"));
      tree.delete(bytes("gone"));
      tree.merge(bytes("gone"), bytes("2"));
      store.tree("other").put(KEY, KEY);
      store.flush();
      tree.merge(KEY, bytes("2"));
    }
    try (Store store = Store.open(directory)) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> store.tree("b"))
              .getMessage()
              .contains("has the merge operator brackets"));
      assertThrows(
          IllegalArgumentException.class, () -> store.tree("b", with(MergeOperator.min())));
      assertArrayEquals(KEY, store.tree("other").get(KEY));
      store.tree("other").put(KEY, bytes("y"));
      store.compact();
      store.compact();
      assertTrue(store.verify().isIntact());
    }
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("b", with(new Brackets(0)));
      assertSame(tree, store.tree("b"));
      for (int round = 0; round < 2; round++) {
        assertArrayEquals(bytes("((x1)2)"), tree.get(KEY));
        assertArrayEquals(bytes("(2)"), tree.get(bytes("gone")));
        store.compact();
      }
    }
  }

  @Test
  void operatorThatThrows_isTold_andLosesNothing() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("b", with(new Brackets(1)));
      tree.put(KEY, bytes("x"));
      store.flush();
      tree.merge(KEY, bytes("1"));
      MergeException e = assertThrows(MergeException.class, () -> tree.get(KEY));
      assertTrue(e.getMessage().contains("tree=b key=0x6b6579"), e.getMessage());
      assertNotNull(e.getCause());
      try (Cursor cursor = tree.cursor()) {
        assertTrue(cursor.first());
        assertThrows(MergeException.class, cursor::valueBytes);
        assertArrayEquals(KEY, cursor.keyBytes());
      }
      store.compact();
      tree.put(bytes("another"), bytes("x"));
      tree.merge(bytes("another"), bytes("y"));
      store.compact();
      assertEquals(1, store.health().warnings().size());
      assertTrue(store.health().warnings().getFirst().toString().contains("tree=b"));
      assertTrue(store.health().damage().isEmpty(), store.health().toString());
    }
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("b", with(new Brackets(0)));
      store.compact();
      assertArrayEquals(bytes("(x1)"), tree.get(KEY));
      assertArrayEquals(bytes("(xy)"), tree.get(bytes("another")));
    }
  }

  @Test
  void largeValues_areMergedFromValueFiles() {
    StoreOptions options = StoreOptions.builder().journalSegmentBytes(1 << 20).build();
    try (Store store = Store.open(directory, options)) {
      Tree tree = store.tree("lists", with(MergeOperator.append()));
      for (int i = 0; i < 30; i++) {
        tree.put(bytes("k" + i), new byte[100_000]);
      }
      store.flush();
      tree.merge(bytes("k3"), bytes("x"));
      tree.merge(bytes("k4"), new byte[10_000_000]);
      for (int round = 0; round < 3; round++) {
        assertEquals(100_001, tree.get(bytes("k3")).length);
        assertEquals('x', tree.get(bytes("k3"))[100_000]);
        assertEquals(10_100_000, tree.get(bytes("k4")).length);
        try (Cursor cursor = tree.cursor()) {
          long sum = 0;
          for (boolean more = cursor.first(); more; more = cursor.next()) {
            sum += cursor.valueLength();
          }
          assertEquals(30 * 100_000 + 1 + 10_000_000, sum);
        }
        store.compact();
      }
      assertTrue(store.verify().isIntact());
    }
  }
}
