package dev.firn.test.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.KeyReader;
import dev.firn.MergeOperator;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import dev.firn.error.MergeException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tree with a merge operator of the caller's, which can combine operands or cannot. It fails now
 * and then, and is not given at some openings. {@link ModelTest} has a tree with a known operator.
 */
final class MergeModelRun {

  private static final int STEPS = 300;
  private static final int KEYS = 12;

  /** Puts operands between brackets, so that their order and grouping show. */
  private static final class Brackets implements MergeOperator {

    private final boolean combines;
    private final AtomicInteger calls = new AtomicInteger();

    /** Fails at every call of this number; 0: never. */
    private volatile int failing;

    Brackets(boolean combines) {
      this.combines = combines;
    }

    @Override
    public String name() {
      return combines ? "commas" : "brackets";
    }

    @Override
    public byte[] merge(byte[] key, byte @Nullable [] existing, List<byte[]> operands) {
      failNowAndThen();
      String text = existing == null ? "" : new String(existing, UTF_8);
      for (byte[] operand : operands) {
        text = after(text, new String(operand, UTF_8), combines);
      }
      return text.getBytes(UTF_8);
    }

    @Override
    public byte @Nullable [] combine(byte[] key, List<byte[]> operands) {
      if (!combines) {
        return null;
      }
      failNowAndThen();
      StringBuilder all = new StringBuilder();
      operands.forEach(operand -> all.append(new String(operand, UTF_8)));
      return all.toString().getBytes(UTF_8);
    }

    private void failNowAndThen() {
      int every = failing;
      if (every > 0 && calls.incrementAndGet() % every == 0) {
        throw new UnsupportedOperationException("call " + calls);
      }
    }

    static String after(String text, String operand, boolean combines) {
      return combines ? text + operand : "(" + text + operand + ")";
    }
  }

  private record Moment(Snapshot snapshot, TreeMap<String, String> content) {}

  private final Random random;
  private final Brackets operator;
  private final MemoryDisk disk = new MemoryDisk();
  private final StoreOptions options;
  private final TreeMap<String, String> content = new TreeMap<>();
  private final List<Moment> moments = new ArrayList<>();
  private Store store;
  private Tree tree;
  private int written;

  MergeModelRun(long seed) {
    random = new Random(seed);
    operator = new Brackets(random.nextBoolean());
    options = TinyOptions.of(seed);
    store = disk.open(options);
    tree = openTree();
  }

  private Tree openTree() {
    return store.tree("m", TreeOptions.builder().mergeOperator(operator).build());
  }

  void run() {
    for (int i = 0; i < STEPS; i++) {
      step();
    }
    operator.failing = 0;
    compareAll();
    store.compact();
    compareAll();
    assertTrue(store.verify().isIntact());
    closeStore();
    disk.close();
  }

  private void step() {
    String key = "k" + random.nextInt(KEYS);
    switch (random.nextInt(24)) {
      case 0 -> store.flush();
      case 1 -> {
        if (random.nextInt(4) == 0) {
          store.compact();
        }
      }
      case 2 -> moments.add(new Moment(store.snapshot(), new TreeMap<>(content)));
      case 3 -> release();
      case 4 -> operator.failing = random.nextInt(2) * (2 + random.nextInt(4));
      case 5 -> {
        if (random.nextInt(4) == 0) {
          reopen();
        }
      }
      case 6, 7 -> {
        tree.delete(key.getBytes(UTF_8));
        content.remove(key);
      }
      case 8 -> {
        String end = "k" + random.nextInt(KEYS);
        tree.deleteRange(KeyRange.closedOpen(key.getBytes(UTF_8), end.getBytes(UTF_8)));
        if (key.compareTo(end) < 0) {
          content.subMap(key, end).clear();
        }
      }
      case 9, 10, 11 -> put(key);
      case 12 -> compareAll();
      case 13, 14 -> compare(tree, content, key);
      default -> merge(key);
    }
  }

  private void put(String key) {
    String value = "=" + written++;
    tree.put(key.getBytes(UTF_8), value.getBytes(UTF_8));
    content.put(key, value);
  }

  private void merge(String key) {
    String operand = "," + written++;
    tree.merge(key.getBytes(UTF_8), operand.getBytes(UTF_8));
    boolean combines = operator.combines;
    content.put(key, Brackets.after(content.getOrDefault(key, ""), operand, combines));
  }

  private void release() {
    if (!moments.isEmpty()) {
      moments.remove(random.nextInt(moments.size())).snapshot.close();
    }
  }

  private void closeStore() {
    moments.forEach(moment -> moment.snapshot.close());
    moments.clear();
    store.close();
  }

  /** Opens the store again, at times with a compaction before the operator is given. */
  private void reopen() {
    closeStore();
    store = disk.open(options);
    if (random.nextBoolean()) {
      assertThrows(IllegalArgumentException.class, () -> store.tree("m"));
      store.compact();
      assertTrue(store.verify().isIntact());
    }
    tree = openTree();
  }

  private void compareAll() {
    for (Moment moment : moments) {
      compareAll(tree.at(moment.snapshot), moment.content);
    }
    compareAll(tree, content);
  }

  private static void compareAll(KeyReader reader, TreeMap<String, String> wanted) {
    for (int i = 0; i < KEYS; i++) {
      compare(reader, wanted, "k" + i);
    }
    List<String> found = new ArrayList<>();
    try (Cursor cursor = reader.cursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        found.add(entry(cursor));
      }
      assertEquals(lines(wanted), found);
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        assertEquals(found.removeLast(), entry(cursor));
      }
      assertEquals(List.of(), found);
    }
  }

  private static List<String> lines(TreeMap<String, String> wanted) {
    return wanted.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList();
  }

  private static String entry(Cursor cursor) {
    return new String(cursor.keyBytes(), UTF_8)
        + " "
        + new String(patiently(cursor::valueBytes), UTF_8);
  }

  private static void compare(KeyReader reader, TreeMap<String, String> wanted, String key) {
    byte[] bytes = key.getBytes(UTF_8);
    String value = wanted.get(key);
    assertEquals(value != null, reader.contains(bytes));
    byte[] found = patiently(() -> reader.get(bytes));
    byte[] together = patiently(() -> reader.getAll(new byte[][] {bytes}))[0];
    if (value == null) {
      assertNull(found);
      assertNull(together);
    } else {
      assertEquals(value, new String(found, UTF_8));
      assertEquals(value, new String(together, UTF_8));
    }
  }

  /** Reads again while the operator fails, which it does not do twice in a row at most times. */
  private static <T extends @Nullable Object> T patiently(Supplier<T> reading) {
    for (int i = 0; ; i++) {
      try {
        return reading.get();
      } catch (MergeException e) {
        if (i == 1000) {
          throw e;
        }
      }
    }
  }
}
