package dev.firn.test.compare.workload;

import dev.firn.cli.workload.Expected;
import dev.firn.test.compare.report.Metric;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Transactions of many threads that read a few entries and write them again, one of them among few
 * that all threads use. A step is a transaction, tried again until it is committed.
 */
final class Contention implements Workload {

  private static final int THREADS = 8;
  private static final int ENTRIES = 4;

  /** As many that about one of a hundred transactions meets another one. */
  private static final int SHARED = 2000;

  private final String name;
  private final StageSize size;
  private final AtomicLong committed = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  Contention(String name, StageSize size) {
    this.name = name;
    this.size = size;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Limit limit() {
    return Limit.time(1);
  }

  @Override
  public int threads() {
    return THREADS;
  }

  @Override
  public boolean suits(CheckedClient client) {
    return client.hasTransactions(false);
  }

  @Override
  public boolean settles() {
    return true;
  }

  @Override
  public Set<Metric> shown() {
    return Set.of(Metric.RATE, Metric.P99, Metric.REFUSED);
  }

  @Override
  public void before(Expected expected) {
    expected.beginGeneration();
  }

  @Override
  public Step begin(CheckedClient client, int thread) {
    long[] numbers = new long[ENTRIES];
    return () -> {
      numbers[0] = client.random(Math.min(SHARED, size.entries()));
      for (int i = 1; i < ENTRIES; i++) {
        numbers[i] = client.random(size.entries());
      }
      // In order, so that stores that lock entries have no deadlocks.
      Arrays.sort(numbers);
      while (!attempt(client, numbers)) {
        refused.incrementAndGet();
      }
      committed.incrementAndGet();
      return 1;
    };
  }

  private static boolean attempt(CheckedClient client, long[] numbers) {
    client.begin(false);
    for (long number : numbers) {
      client.getForUpdate(number);
      client.putInTransaction(number);
    }
    return client.commit();
  }

  @Override
  public void addTo(Map<Metric, Double> metrics) {
    double attempts = (double) committed.get() + refused.get();
    metrics.put(Metric.REFUSED, 100 * refused.get() / attempts);
  }
}
