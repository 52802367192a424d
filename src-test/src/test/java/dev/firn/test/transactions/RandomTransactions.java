package dev.firn.test.transactions;

import dev.firn.test.isolation.Item;
import dev.firn.test.isolation.Operation.Get;
import dev.firn.test.transactions.Recorder.RecordedTransaction;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * What the transactions of a history do: on lists, registers and ranges in several trees, few of
 * which are used often. Keys of lists and ranges are replaced by new ones after a number of writes:
 * lists do not get long, and a key of a range is inserted and deleted once at most.
 *
 * <p><b>Threading.</b> Shared by the sessions, each with its own random numbers.
 */
final class RandomTransactions {

  static final int TREES = 3;

  private static final int LISTS = 12;
  private static final int LIST_ELEMENTS = 40;
  private static final int REGISTERS = 12;
  private static final int RANGE_KEYS = 40;
  private static final long FIRST_REGISTER = 1_000_000_000;
  private static final long FIRST_RANGE = 2_000_000_000;
  private static final int WRITES_OF_A_LIFE = 1_000_000;
  private static final int MAX_OPERATIONS = 5;
  private static final long PAUSE_NANOS = 20_000;

  private final AtomicIntegerArray appends = new AtomicIntegerArray(TREES * LISTS);
  private final AtomicIntegerArray inserts = new AtomicIntegerArray(TREES);

  /**
   * Workloads of a store.
   *
   * @param life how many came before it on the same store; their lists and ranges are not used
   */
  RandomTransactions(int life) {
    for (int i = 0; i < appends.length(); i++) {
      appends.set(i, life * WRITES_OF_A_LIFE);
    }
    for (int tree = 0; tree < TREES; tree++) {
      inserts.set(tree, life * WRITES_OF_A_LIFE);
    }
  }

  /** Low numbers come often. */
  private static int skewed(Random random, int bound) {
    return (int) (bound * Math.pow(random.nextDouble(), 2.5));
  }

  static long register(Random random) {
    return Item.of(random.nextInt(TREES), FIRST_REGISTER + skewed(random, REGISTERS));
  }

  private long list(Random random) {
    int tree = random.nextInt(TREES);
    int slot = skewed(random, LISTS);
    int generation = appends.get(tree * LISTS + slot) / LIST_ELEMENTS;
    return Item.of(tree, slot + (long) LISTS * generation);
  }

  private void countAppend(long list) {
    int tree = Item.tree(list);
    appends.incrementAndGet(tree * LISTS + (int) (Item.key(list) % LISTS));
  }

  /** The first key of the range of the key that is inserted after a number of others. */
  private static long firstKey(long number) {
    return FIRST_RANGE + number / RANGE_KEYS * RANGE_KEYS;
  }

  /** The first item of the range of a tree that is in use. */
  private long range(int tree) {
    return Item.of(tree, firstKey(inserts.get(tree)));
  }

  /** A key that was not inserted before, somewhere in the range in use. */
  private long newKey(int tree) {
    int number = inserts.getAndIncrement(tree);
    int place = number % RANGE_KEYS * 17 % RANGE_KEYS;
    return Item.of(tree, firstKey(number) + place);
  }

  /** A few random operations; pauses let others come in between. */
  void run(RecordedTransaction transaction, Random random) {
    for (int i = 1 + random.nextInt(MAX_OPERATIONS); i > 0; i--) {
      if (random.nextInt(8) == 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      if (random.nextInt(16) == 0) {
        transaction.undone(() -> step(transaction, random));
      } else {
        step(transaction, random);
      }
    }
  }

  /** Reads what is in use. */
  void readAll(RecordedTransaction transaction) {
    for (int tree = 0; tree < TREES; tree++) {
      for (int slot = 0; slot < LISTS; slot++) {
        int generation = appends.get(tree * LISTS + slot) / LIST_ELEMENTS;
        transaction.get(Item.of(tree, slot + (long) LISTS * generation));
      }
      for (int register = 0; register < REGISTERS; register++) {
        transaction.get(Item.of(tree, FIRST_REGISTER + register));
      }
      transaction.scan(range(tree), range(tree) + RANGE_KEYS, true);
    }
  }

  /** Only reads. */
  void look(RecordedTransaction transaction, Random random) {
    for (int i = 1 + random.nextInt(2 * MAX_OPERATIONS); i > 0; i--) {
      if (random.nextInt(16) == 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      switch (random.nextInt(5)) {
        case 0 -> scan(transaction, random, random.nextInt(TREES));
        case 1, 2 -> transaction.get(list(random));
        default -> transaction.get(register(random));
      }
    }
  }

  private void step(RecordedTransaction transaction, Random random) {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> {
        long list = list(random);
        transaction.append(list, read(transaction, random, list));
        countAppend(list);
      }
      case 3, 4 -> transaction.get(list(random));
      case 5, 6 -> {
        long register = register(random);
        read(transaction, random, register);
        transaction.put(register);
      }
      case 7 -> transaction.put(register(random));
      case 8 -> transaction.get(register(random));
      default -> changeRange(transaction, random, random.nextInt(TREES));
    }
  }

  private static long[] read(RecordedTransaction transaction, Random random, long item) {
    return random.nextBoolean() ? transaction.get(item) : transaction.getForUpdate(item);
  }

  private void changeRange(RecordedTransaction transaction, Random random, int tree) {
    List<Get> found = scan(transaction, random, tree);
    switch (random.nextInt(4)) {
      case 0, 1 -> transaction.put(newKey(tree));
      case 2 -> {
        if (!found.isEmpty()) {
          transaction.delete(found.get(random.nextInt(found.size())).item());
        }
      }
      default -> {
        long from = range(tree) + random.nextInt(RANGE_KEYS);
        long to = from + 1 + random.nextInt(6);
        transaction.deleteRange(from, to, transaction.scan(from, to, true));
      }
    }
  }

  /** Scans the range in use, or a part of it. */
  private List<Get> scan(RecordedTransaction transaction, Random random, int tree) {
    long from = range(tree);
    long to = from + RANGE_KEYS;
    if (random.nextBoolean()) {
      from += random.nextInt(RANGE_KEYS);
      to = Math.min(to, from + 1 + random.nextInt(RANGE_KEYS));
    }
    return transaction.scan(from, to, random.nextBoolean());
  }
}
