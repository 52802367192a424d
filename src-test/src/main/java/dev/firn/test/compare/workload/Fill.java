package dev.firn.test.compare.workload;

import dev.firn.cli.workload.Expected;
import dev.firn.cli.workload.Shuffle;
import dev.firn.cli.workload.WrongAnswerException;
import dev.firn.test.compare.report.Metric;
import java.util.BitSet;
import java.util.Set;

/**
 * Writes the numbers below a count, each once: into a new store, or once more. Several threads
 * share the numbers, and begin again when all are written.
 *
 * <p>A fill that ends by time is completed after it was measured, in the order of keys.
 */
final class Fill implements Workload {

  /** How the numbers are written. */
  enum Order {
    /** One by one, in random order. */
    RANDOM,
    /** One by one, in the order of keys. */
    KEYS,
    /** {@value #BATCH} at once, in random order. */
    BATCHES,
    /** {@value #TRANSACTION} at once, in random order. */
    SMALL_BATCHES,
    /** As many in a transaction, of which there may be many at a time. */
    TRANSACTIONS,
    /** As many in a transaction of one writer at a time. */
    EXCLUSIVE_TRANSACTIONS
  }

  private static final int BATCH = 100;
  private static final int TRANSACTION = 10;
  private static final int CHECKED = 1000;

  private final String name;
  private final long count;
  private final long seed;
  private final Order order;
  private final Limit limit;
  private final int threads;
  private final boolean again;
  private final Set<Metric> shown;
  private Shuffle shuffle;
  private long written;

  private Fill(
      String name,
      StageSize size,
      Order order,
      Limit limit,
      int threads,
      boolean again,
      Set<Metric> shown) {
    this.name = name;
    this.count = size.entries();
    this.seed = size.seed();
    this.order = order;
    this.limit = limit;
    this.threads = threads;
    this.again = again;
    this.shown = shown;
    this.shuffle = new Shuffle(count, seed);
  }

  /** Fills a new store. */
  static Fill all(String name, StageSize size, Order order, Set<Metric> shown) {
    return all(name, size, order, Limit.operations(size.entries()), shown);
  }

  /** Fills a new store; only what is done within the limit is measured. */
  static Fill all(String name, StageSize size, Order order, Limit limit, Set<Metric> shown) {
    return new Fill(name, size, order, limit, 1, false, shown);
  }

  /** Writes to a new store for a while, which stays incomplete. */
  static Fill forHalfTime(String name, StageSize size, int threads) {
    return new Fill(name, size, Order.RANDOM, Limit.time(0.5), threads, false, Metric.WRITE);
  }

  /** Writes every number once more, in another random order. */
  static Fill again(String name, StageSize size, Set<Metric> shown) {
    return again(name, size, Order.RANDOM, shown);
  }

  /** Writes every number once more, in another random order, one by one or several at once. */
  static Fill again(String name, StageSize size, Order order, Set<Metric> shown) {
    Limit limit = Limit.operations(size.entries());
    return new Fill(name, size, order, limit, 1, true, shown);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Limit limit() {
    return limit;
  }

  @Override
  public int threads() {
    return threads;
  }

  @Override
  public boolean isMeasured() {
    return !shown.isEmpty();
  }

  @Override
  public boolean isNeeded() {
    return !again;
  }

  @Override
  public boolean settles() {
    return true;
  }

  @Override
  public Set<Metric> shown() {
    return shown;
  }

  @Override
  public boolean suits(CheckedClient client) {
    return switch (order) {
      case TRANSACTIONS -> client.hasTransactions(false);
      case EXCLUSIVE_TRANSACTIONS -> client.hasTransactions(true);
      case RANDOM, KEYS, BATCHES, SMALL_BATCHES -> true;
    };
  }

  @Override
  public void before(Expected expected) {
    written = 0;
    if (again) {
      expected.beginGeneration();
      shuffle = new Shuffle(count, seed + expected.newest());
    }
  }

  @Override
  public Step begin(CheckedClient client, int thread) {
    return new Writer(client, count * thread / threads);
  }

  @Override
  public void after(CheckedClient client) {
    boolean complete = limit.operations() >= count;
    if (complete) {
      complete(client);
    }
    long there = complete ? count : Math.min(count, written);
    for (long i = 0; i < Math.min(CHECKED, there); i++) {
      client.getNewest(number(client.random(there)));
    }
    if (again) {
      client.expected().endGeneration();
    }
  }

  private void complete(CheckedClient client) {
    BitSet left = new BitSet();
    for (long i = written; i < count; i++) {
      left.set(Math.toIntExact(number(i)));
    }
    int batched = 0;
    for (int number = left.nextSetBit(0); number >= 0; number = left.nextSetBit(number + 1)) {
      client.addToBatch(number);
      if (++batched % BATCH == 0) {
        client.writeBatch();
      }
    }
    client.writeBatch();
  }

  private long number(long index) {
    return order == Order.KEYS ? index : shuffle.at(index);
  }

  private final class Writer implements Step {

    private final CheckedClient client;
    private final boolean first;
    private long index;

    Writer(CheckedClient client, long index) {
      this.client = client;
      this.first = index == 0;
      this.index = index;
    }

    @Override
    public long run() {
      long done = write();
      if (first) {
        written = index;
      }
      if (index >= count && threads > 1) {
        index = 0;
      }
      return done;
    }

    private long write() {
      return switch (order) {
        case RANDOM -> {
          client.put(shuffle.at(index++ % count));
          yield 1;
        }
        case KEYS -> {
          client.append(index++ % count);
          yield 1;
        }
        case BATCHES -> writeBatch(BATCH);
        case SMALL_BATCHES -> writeBatch(TRANSACTION);
        case TRANSACTIONS -> commit(false);
        case EXCLUSIVE_TRANSACTIONS -> commit(true);
      };
    }

    private long writeBatch(int length) {
      long from = index;
      long end = Math.min(count, from + length);
      while (index < end) {
        client.addToBatch(shuffle.at(index++));
      }
      client.writeBatch();
      return end - from;
    }

    private long commit(boolean exclusive) {
      long from = index;
      long end = Math.min(count, from + TRANSACTION);
      client.begin(exclusive);
      while (index < end) {
        client.putInTransaction(shuffle.at(index++));
      }
      if (!client.commit()) {
        throw new WrongAnswerException("the only transaction was refused");
      }
      return end - from;
    }
  }
}
