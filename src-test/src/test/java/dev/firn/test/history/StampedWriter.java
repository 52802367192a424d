package dev.firn.test.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** Writes numbered batches, see {@link Writers}. */
public final class StampedWriter {

  /** Of some batches; it does not end in a test. */
  private static final Duration TIME_TO_LIVE = Duration.ofDays(365);

  private final Writers writers;
  private final Store store;
  private final List<Tree> trees;
  private final int writer;
  private final AtomicLongArray begun;
  private final AtomicLongArray acknowledged;
  private final WriteBatch batch = new WriteBatch();
  private long number;

  /**
   * @param begun each writer's last batch that has begun
   * @param acknowledged each writer's last acknowledged batch
   */
  public StampedWriter(
      Writers writers,
      Store store,
      int writer,
      AtomicLongArray begun,
      AtomicLongArray acknowledged) {
    this.writers = writers;
    this.store = store;
    this.trees = writers.trees(store);
    this.writer = writer;
    this.begun = begun;
    this.acknowledged = acknowledged;
    this.number = acknowledged.get(writer);
  }

  /** Writes the next batch; returns its number when it is acknowledged. */
  public long writeNext(Durability durability) {
    long next = number + 1;
    fill(next);
    begun.set(writer, next);
    store.write(batch, durability);
    acknowledged.set(writer, next);
    number = next;
    return next;
  }

  private void fill(long next) {
    long[] seen = new long[acknowledged.length()];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = acknowledged.get(i);
    }
    byte[] stamp = new Stamp(writer, next, seen).toBytes();
    batch.clear();
    for (int key = 0; key < Writers.KEYS; key++) {
      for (Tree tree : trees) {
        batch.put(tree, Writers.stampKey(writer, key), stamp);
      }
    }
    Tree log = writers.logTree(trees, next);
    if (next % 3 == 0) {
      batch.put(log, Writers.logKey(writer, next), stamp, TIME_TO_LIVE);
    } else {
      batch.put(log, Writers.logKey(writer, next), stamp);
    }
    long old = next - writers.logEntries();
    if (old > 0 && next % 5 == 0) {
      batch.deleteRange(
          writers.logTree(trees, old),
          KeyRange.closedOpen(Writers.logPrefix(writer), Writers.logKey(writer, old + 1)));
    } else if (old > 0) {
      batch.delete(writers.logTree(trees, old), Writers.logKey(writer, old));
    }
  }

  public void assertReadsItself() {
    byte[] value = writers.logTree(trees, number).get(Writers.logKey(writer, number));
    assertNotNull(value, () -> "own batch " + number + " is not there");
    assertEquals(number, Stamp.of(value).number());
  }
}
