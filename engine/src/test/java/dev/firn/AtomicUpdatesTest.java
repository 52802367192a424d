package dev.firn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicUpdatesTest {

  private static final int THREADS = 8;
  private static final byte[] KEY = bytes("key");

  @TempDir Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Tree counters(Store store) {
    MergeOperator counter = MergeOperator.counter();
    return store.tree("counters", TreeOptions.builder().mergeOperator(counter).build());
  }

  private static void byThreads(IntConsumer work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        all.add(threads.submit(() -> work.accept(number)));
      }
      for (Future<?> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void conditions_decide() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      assertFalse(tree.replace(KEY, bytes("a"), bytes("b")));
      assertFalse(tree.remove(KEY, bytes("a")));
      assertTrue(tree.putIfAbsent(KEY, bytes("a"), Durability.SYNCED));
      assertFalse(tree.putIfAbsent(KEY, bytes("b")));
      assertFalse(tree.replace(KEY, bytes("x"), bytes("b")));
      assertTrue(tree.replace(KEY, bytes("a"), bytes("b")));
      store.flush();
      assertFalse(tree.remove(KEY, bytes("a")));
      assertTrue(tree.remove(KEY, bytes("b")));
      assertNull(tree.get(KEY));
      assertTrue(tree.putIfAbsent(KEY, bytes("c")));
      assertArrayEquals(bytes("c"), tree.get(KEY));
    }
  }

  @Test
  void compute_setsDeletesAndThrows() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      assertArrayEquals(bytes("1"), tree.compute(KEY, before -> before == null ? bytes("1") : KEY));
      assertArrayEquals(KEY, tree.compute(KEY, before -> before == null ? bytes("1") : KEY));
      IllegalStateException mine = new IllegalStateException("mine");
      IllegalStateException thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  tree.compute(
                      KEY,
                      before -> {
                        throw mine;
                      }));
      assertSame(mine, thrown);
      assertArrayEquals(KEY, tree.get(KEY));
      assertNull(tree.compute(KEY, before -> null));
      assertFalse(tree.contains(KEY));
    }
  }

  @Test
  void compute_isCalledAgain_afterAWriteBetween() {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      tree.put(KEY, bytes("1"));
      AtomicInteger calls = new AtomicInteger();
      byte[] after =
          tree.compute(
              KEY,
              before -> {
                if (calls.getAndIncrement() < 3) {
                  tree.put(KEY, bytes(new String(before, UTF_8) + "x"));
                }
                return bytes(new String(before, UTF_8) + "!");
              });
      assertEquals(4, calls.get());
      assertArrayEquals(bytes("1xxx!"), after);
      assertArrayEquals(after, tree.get(KEY));
    }
  }

  @Test
  void compute_countsOperandsAsWrites_andReadsThem() {
    try (Store store = Store.open(directory)) {
      Tree tree = counters(store);
      tree.merge(KEY, MergeOperator.ofLong(5));
      AtomicInteger calls = new AtomicInteger();
      tree.compute(
          KEY,
          before -> {
            if (calls.getAndIncrement() == 0) {
              tree.merge(KEY, MergeOperator.ofLong(2));
            }
            return MergeOperator.ofLong(10 * MergeOperator.toLong(before));
          });
      assertEquals(2, calls.get());
      tree.merge(KEY, MergeOperator.ofLong(1));
      assertEquals(71, MergeOperator.toLong(tree.get(KEY)));
    }
  }

  @Test
  void counters_ofManyThreads_sumUp() throws Exception {
    int adds = 1000;
    StoreOptions options = StoreOptions.builder().journalSegmentBytes(1 << 20).build();
    try (Store store = Store.open(directory, options)) {
      Tree tree = counters(store);
      byThreads(
          thread -> {
            for (int i = 0; i < adds; i++) {
              byte[] key = bytes("k" + i % 10);
              tree.merge(key, MergeOperator.ofLong(1));
              if (i % 100 == thread) {
                tree.get(key);
              }
              if (thread == 0 && i % 300 == 299) {
                store.flush();
              }
            }
          });
      assertCounts(tree, THREADS * adds / 10);
      store.compact();
      assertCounts(tree, THREADS * adds / 10);
    }
    try (Store store = Store.open(directory, options)) {
      assertCounts(store.tree("counters"), THREADS * adds / 10);
    }
  }

  private static void assertCounts(Tree tree, long wanted) {
    for (int i = 0; i < 10; i++) {
      assertEquals(wanted, MergeOperator.toLong(tree.get(bytes("k" + i))));
    }
  }

  @Test
  void computations_ofManyThreads_loseNothing() throws Exception {
    int adds = 100;
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      byThreads(
          thread -> {
            for (int i = 0; i < adds; i++) {
              tree.compute(KEY, before -> MergeOperator.ofLong(MergeOperator.toLong(before) + 1));
              if (thread == 0 && i % 40 == 39) {
                store.flush();
              }
            }
          });
      assertEquals((long) THREADS * adds, MergeOperator.toLong(tree.get(KEY)));
    }
  }

  @Test
  void putIfAbsent_ofManyThreads_hasOneWinner() throws Exception {
    try (Store store = Store.open(directory)) {
      Tree tree = store.tree("t");
      AtomicInteger won = new AtomicInteger();
      byThreads(
          thread -> {
            for (int i = 0; i < 100; i++) {
              won.addAndGet(tree.putIfAbsent(bytes("k" + i), bytes("v" + thread)) ? 1 : 0);
            }
          });
      assertEquals(100, won.get());
    }
  }
}
