package dev.firn.cli.workload;

import dev.firn.Cursor;
import dev.firn.Durability;
import dev.firn.KeyRange;
import dev.firn.MergeOperator;
import dev.firn.Store;
import dev.firn.Transaction;
import dev.firn.Tree;
import dev.firn.TreeOptions;
import dev.firn.WriteBatch;
import dev.firn.error.ConflictException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One thread's operations on a tree. */
public final class FirnClient implements Client {

  private static final Duration EXCLUSIVE_TIMEOUT = Duration.ofMinutes(1);

  private static final MemorySegment ONE =
      Arena.global().allocateFrom(ValueLayout.JAVA_BYTE, MergeOperator.ofLong(1));

  private final Store store;
  private final Tree tree;
  private final Durability durability;
  private final boolean copies;
  private final EntryMemory memory;
  private final BenchKey key;
  private final MemorySegment missing;
  private final MemorySegment value;
  private final MemorySegment foundKey;
  private final WriteBatch batch = new WriteBatch();
  private final ValueCheck check = new ValueCheck();
  private @Nullable Transaction transaction;
  private @Nullable Tree counters;
  private @Nullable Cursor cursor;

  /**
   * A client.
   *
   * @param copies whether entries that a cursor finds are copied before they are checked, or
   *     checked where they are
   */
  public FirnClient(
      Store store, Tree tree, Durability durability, boolean copies, EntryMemory memory) {
    this.store = store;
    this.tree = tree;
    this.durability = durability;
    this.copies = copies;
    this.memory = memory;
    this.key = memory.key();
    this.missing = memory.missing();
    this.value = memory.value();
    this.foundKey = memory.foundKey();
  }

  @Override
  public EntryMemory memory() {
    return memory;
  }

  @Override
  public void put() {
    tree.put(key.memory(), value, durability);
  }

  @Override
  public void delete() {
    tree.delete(key.memory(), durability);
  }

  @Override
  public void deleteRange(long from, long to) {
    byte[] lower = key.set(from).toArray(ValueLayout.JAVA_BYTE);
    byte[] upper = key.set(to).toArray(ValueLayout.JAVA_BYTE);
    tree.deleteRange(KeyRange.closedOpen(lower, upper), durability);
  }

  @Override
  public void addToBatch() {
    batch.put(tree, key.memory(), value);
  }

  @Override
  public void writeBatch() {
    store.write(batch, durability);
    batch.clear();
  }

  @Override
  public boolean hasTransactions(boolean exclusive) {
    return true;
  }

  @Override
  public void begin(boolean exclusive) {
    transaction = exclusive ? store.beginExclusive(EXCLUSIVE_TIMEOUT) : store.begin();
  }

  private Transaction transaction() {
    Transaction open = transaction;
    if (open == null) {
      throw new IllegalStateException("no transaction");
    }
    return open;
  }

  @Override
  public void putInTransaction() {
    transaction().put(tree, key.memory(), value);
  }

  @Override
  public int getForUpdate() {
    byte[] found = transaction().getForUpdate(tree, key.memory());
    if (found == null) {
      return ABSENT;
    }
    int copied = (int) Math.min(found.length, value.byteSize());
    MemorySegment.copy(found, 0, value, ValueLayout.JAVA_BYTE, 0, copied);
    return found.length;
  }

  @Override
  public boolean commit() {
    try (Transaction ending = transaction()) {
      transaction = null;
      ending.commit(durability);
      return true;
    } catch (ConflictException e) {
      return false;
    }
  }

  @Override
  public boolean hasCounters() {
    return true;
  }

  private Tree counters() {
    Tree open = counters;
    if (open == null) {
      MergeOperator counter = MergeOperator.counter();
      open = store.tree("counters", TreeOptions.builder().mergeOperator(counter).build());
      counters = open;
    }
    return open;
  }

  @Override
  public void count() {
    counters().merge(key.memory(), ONE, durability);
  }

  @Override
  public long counted() {
    return MergeOperator.toLong(counters().get(key.memory().toArray(ValueLayout.JAVA_BYTE)));
  }

  @Override
  public int get() {
    return (int) tree.get(key.memory(), value);
  }

  @Override
  public boolean read(Expected expected, long number) {
    check.begin(expected, number);
    return tree.read(key.memory(), check) && check.matching == 1;
  }

  @Override
  public boolean getAll(long[] numbers, Expected expected) {
    MemorySegment[] keys = check.keys(numbers, key);
    check.begin(expected, numbers);
    tree.getAll(keys, check);
    return check.matching == numbers.length;
  }

  @Override
  public int getMissing() {
    return (int) tree.get(missing, value);
  }

  @Override
  public boolean seek() {
    Cursor open = cursor;
    if (open == null) {
      open = tree.cursor();
      cursor = open;
    }
    return open.seek(key.memory());
  }

  private Cursor cursor() {
    Cursor open = cursor;
    if (open == null) {
      throw new IllegalStateException("no cursor");
    }
    return open;
  }

  @Override
  public boolean next() {
    return cursor().next();
  }

  @Override
  public boolean prev() {
    return cursor().prev();
  }

  @Override
  public boolean standsOn(Expected expected, long number) {
    Cursor at = cursor();
    if (copies) {
      return key.matches(foundKey, at.copyKey(foundKey))
          && expected.matches(number, value, at.copyValue(value));
    }
    return key.matches(at.key(), at.keyLength())
        && expected.matches(number, at.valueMemory(), at.valueOffset(), at.valueLength());
  }

  @Override
  public void closeCursor() {
    Cursor open = cursor;
    if (open != null) {
      cursor = null;
      open.close();
    }
  }

  @Override
  public void close() {
    closeCursor();
  }
}
