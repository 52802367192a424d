package dev.firn.test.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.Snapshot;
import dev.firn.Store;
import dev.firn.Tree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One state of a store that {@link StampedWriter}s write, read through a snapshot: each writer's
 * last batch. Reading checks that each batch is there as a whole in all trees or not at all, that
 * no batch is missing which an existing one has seen acknowledged, and that there is nothing else.
 */
public final class StampedState {

  private final long[] numbers;

  private StampedState(long[] numbers) {
    this.numbers = numbers;
  }

  public static StampedState read(Writers writers, Store store) {
    try (Snapshot snapshot = store.snapshot()) {
      return read(writers, store, snapshot);
    }
  }

  public static StampedState read(Writers writers, Store store, Snapshot snapshot) {
    return new Reader(writers, writers.trees(store), snapshot).read();
  }

  public long[] numbers() {
    return numbers.clone();
  }

  public void assertBetween(long[] min, long[] max) {
    for (int writer = 0; writer < numbers.length; writer++) {
      long number = numbers[writer];
      long lower = min[writer];
      long upper = max[writer];
      int who = writer;
      assertTrue(
          lower <= number && number <= upper,
          () ->
              "writer %d: state ends with batch %d, should be from %d to %d"
                  .formatted(who, number, lower, upper));
    }
  }

  private record Reader(Writers writers, List<Tree> trees, Snapshot snapshot) {

    StampedState read() {
      @Nullable Stamp[] stamps = new Stamp[writers.count()];
      long[] numbers = new long[writers.count()];
      for (int writer = 0; writer < stamps.length; writer++) {
        stamps[writer] = stamp(writer);
        numbers[writer] = stamps[writer] == null ? 0 : stamps[writer].number();
      }
      for (Stamp stamp : stamps) {
        if (stamp != null) {
          assertSeesNothingMissing(stamp, numbers);
        }
      }
      int entries = 0;
      for (int writer = 0; writer < stamps.length; writer++) {
        entries += logEntries(writer, numbers[writer]);
        entries += numbers[writer] == 0 ? 0 : Writers.KEYS * trees.size();
      }
      assertEquals(entries, countAll(), "entries in all trees");
      return new StampedState(numbers);
    }

    private @Nullable Stamp stamp(int writer) {
      @Nullable Stamp first = stamp(trees.getFirst(), writer, 0);
      for (int key = 0; key < Writers.KEYS; key++) {
        for (Tree tree : trees) {
          Stamp stamp = stamp(tree, writer, key);
          assertEquals(
              first == null ? 0 : first.number(),
              stamp == null ? 0 : stamp.number(),
              () -> "writer " + writer + ": half a batch, in tree " + tree.name());
        }
      }
      return first;
    }

    private @Nullable Stamp stamp(Tree tree, int writer, int key) {
      byte[] value = tree.at(snapshot).get(Writers.stampKey(writer, key));
      return value == null ? null : Stamp.of(value);
    }

    private static void assertSeesNothingMissing(Stamp stamp, long[] numbers) {
      for (int writer = 0; writer < numbers.length; writer++) {
        int who = writer;
        assertTrue(
            numbers[writer] >= stamp.seen()[writer],
            () ->
                "%s is there and began after batch %d of writer %d, of which only %d are there"
                    .formatted(stamp, stamp.seen()[who], who, numbers[who]));
      }
    }

    /**
     * Checks that the keys owned by single batches are those of the last ones; returns their
     * number.
     */
    private int logEntries(int writer, long last) {
      for (Tree tree : trees) {
        List<Long> wanted = new ArrayList<>();
        for (long n = writers.firstLogged(last); n <= last; n++) {
          if (writers.logTree(trees, n) == tree) {
            wanted.add(n);
            byte[] value = tree.at(snapshot).get(Writers.logKey(writer, n));
            assertTrue(value != null && Stamp.of(value).number() == n, "get of batch " + n);
          }
        }
        String where = "batches of writer " + writer + " in tree " + tree.name();
        KeyRange log = KeyRange.prefix(Writers.logPrefix(writer));
        try (Cursor cursor = tree.at(snapshot).cursor(log)) {
          assertEquals(wanted, walk(cursor, true), where);
          assertEquals(wanted.reversed(), walk(cursor, false), where);
        }
      }
      return (int) (last - writers.firstLogged(last) + 1);
    }

    private static List<Long> walk(Cursor cursor, boolean forward) {
      List<Long> numbers = new ArrayList<>();
      boolean more = forward ? cursor.first() : cursor.last();
      while (more) {
        numbers.add(Stamp.of(cursor.valueBytes()).number());
        more = forward ? cursor.next() : cursor.prev();
      }
      return numbers;
    }

    private int countAll() {
      int entries = 0;
      for (Tree tree : trees) {
        try (Cursor cursor = tree.at(snapshot).cursor()) {
          for (boolean more = cursor.first(); more; more = cursor.next()) {
            entries++;
          }
        }
      }
      return entries;
    }
  }
}
