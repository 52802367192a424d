package dev.firn.test.multi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.KeyRange;
import dev.firn.MultiCursor;
import dev.firn.MultiReader;
import dev.firn.MultiTree;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.WriteBatch;
import dev.firn.test.Disk;
import dev.firn.test.TinyOptions;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Does random operations on a multi tree and on a model, and compares what they say. */
final class MultiRun implements AutoCloseable {

  /** A snapshot and what it must see. */
  private record Moment(Snapshot snapshot, MultiModel model) {}

  private final Random random;
  private final Samples samples;
  private final long seed;
  private final MultiModel model = new MultiModel();
  private final List<Moment> moments = new ArrayList<>();
  private Disk disk;
  private int openings;
  private Store store;
  private MultiTree tree;

  MultiRun(long seed, Disk disk) {
    this.seed = seed;
    this.random = new Random(seed);
    this.samples = new Samples(random);
    this.disk = disk;
    this.store = open();
    this.tree = store.multiTree("multi");
  }

  private Store open() {
    return disk.open(TinyOptions.of(seed + openings++));
  }

  void run(int operations) {
    for (int i = 0; i < operations; i++) {
      operate();
    }
    check(tree, model);
    moments.forEach(moment -> check(tree.at(moment.snapshot), moment.model));
    assertEquals(model.inKeys(KeyRange.all()), pairs(tree.cursor()));
  }

  private void operate() {
    switch (random.nextInt(100)) {
      case 0, 1 -> store.flush();
      case 2 -> store.compact();
      case 3 -> reopen(false);
      case 4 -> reopen(disk.canCrash());
      case 5, 6 -> moments.add(new Moment(store.snapshot(), model.copy()));
      case 7, 8, 9 -> closeMoment();
      case 10, 11, 12, 13, 14, 15 -> checkAny();
      case 16, 17, 18 -> {
        byte[] key = samples.key();
        tree.removeAll(key);
        model.removeAll(key);
      }
      case 30 -> {
        KeyRange keys = samples.range(true);
        tree.removeAll(keys);
        model.removeAll(keys);
      }
      case 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 -> write(20);
      default -> write(1);
    }
  }

  private void write(int most) {
    WriteBatch batch = new WriteBatch();
    for (int i = random.nextInt(most); i >= 0; i--) {
      byte[] key = samples.key();
      byte[] value = samples.value();
      int kind = random.nextInt(20);
      if (kind == 0) {
        batch.removeAll(tree, key);
        model.removeAll(key);
      } else if (kind < 7) {
        remove(batch, key, value);
        model.remove(key, value);
      } else {
        add(batch, key, value);
        model.add(key, value);
      }
    }
    store.write(batch);
  }

  private void add(WriteBatch batch, byte[] key, byte[] value) {
    MemorySegment k = MemorySegment.ofArray(key);
    MemorySegment v = MemorySegment.ofArray(value);
    boolean isFirst = batch.isEmpty();
    switch (random.nextInt(isFirst ? 4 : 2)) {
      case 0 -> batch.add(tree, key, value);
      case 1 -> batch.add(tree, k, v);
      case 2 -> tree.add(key, value);
      default -> tree.add(k, v);
    }
  }

  private void remove(WriteBatch batch, byte[] key, byte[] value) {
    MemorySegment k = MemorySegment.ofArray(key);
    MemorySegment v = MemorySegment.ofArray(value);
    switch (random.nextInt(batch.isEmpty() ? 4 : 2)) {
      case 0 -> batch.remove(tree, key, value);
      case 1 -> batch.remove(tree, k, v);
      case 2 -> tree.remove(key, value);
      default -> tree.remove(k, v);
    }
  }

  private void closeMoment() {
    if (!moments.isEmpty()) {
      moments.remove(random.nextInt(moments.size())).snapshot.close();
    }
  }

  private void reopen(boolean afterKill) {
    moments.clear();
    if (afterKill) {
      Disk left = disk.afterKill();
      store.close();
      disk = left;
    } else {
      store.close();
    }
    store = open();
    tree = store.multiTree("multi");
  }

  private void checkAny() {
    int chosen = random.nextInt(moments.size() + 1);
    if (chosen == moments.size()) {
      check(tree, model);
    } else {
      check(tree.at(moments.get(chosen).snapshot), moments.get(chosen).model);
    }
  }

  private void check(MultiReader reader, MultiModel expected) {
    for (int i = 0; i < 20; i++) {
      byte[] key = samples.key();
      byte[] value = samples.value();
      assertEquals(expected.contains(key, value), reader.contains(key, value));
      assertEquals(
          expected.contains(key, value),
          reader.contains(MemorySegment.ofArray(key), MemorySegment.ofArray(value)));
    }
    byte[] key = samples.key();
    assertEquals(expected.count(key), reader.count(key));
    assertEquals(expected.count(key) > 0, reader.containsKey(key));
    KeyRange keys = samples.range(true);
    KeyRange values = samples.range(false);
    try (MultiCursor cursor = reader.cursor(keys)) {
      new Walk(random, samples, cursor, expected.inKeys(keys)).run(30);
      cursor.resetToValues(key, values);
      new Walk(random, samples, cursor, expected.inValues(key, values)).run(30);
    }
    try (MultiCursor cursor = reader.values(key, values)) {
      new Walk(random, samples, cursor, expected.inValues(key, values)).run(10);
      cursor.reset(keys);
      new Walk(random, samples, cursor, expected.inKeys(keys)).run(10);
    }
  }

  private static List<Pair> pairs(MultiCursor all) {
    List<Pair> pairs = new ArrayList<>();
    try (all) {
      for (boolean more = all.first(); more; more = all.next()) {
        pairs.add(new Pair(all.keyBytes(), all.valueBytes()));
      }
    }
    return pairs;
  }

  @Override
  public void close() {
    store.close();
    disk.assertNothingOpen();
    disk.close();
  }
}
