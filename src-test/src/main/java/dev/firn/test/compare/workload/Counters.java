package dev.firn.test.compare.workload;

import dev.firn.cli.workload.WrongAnswerException;
import dev.firn.test.compare.report.Metric;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Counts: with an operation of the store, or by a read and a write. */
final class Counters implements Workload {

  private final String name;
  private final StageSize size;
  private final boolean byOperation;
  private final AtomicLong counted = new AtomicLong();

  private Counters(String name, StageSize size, boolean byOperation) {
    this.name = name;
    this.size = size;
    this.byOperation = byOperation;
  }

  /** The workloads of its stage. */
  static List<Workload> of(StageSize size) {
    return List.of(
        new Counters("count-get-put", size, false), new Counters("count-merge", size, true));
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
  public boolean suits(CheckedClient client) {
    return !byOperation || client.hasCounters();
  }

  @Override
  public boolean settles() {
    return true;
  }

  @Override
  public Set<Metric> shown() {
    return Set.of(Metric.RATE, Metric.SETTLED, Metric.P99);
  }

  @Override
  public Step begin(CheckedClient client, int thread) {
    return () -> {
      long number = client.random(size.entries());
      if (byOperation) {
        client.count(number);
      } else {
        client.countInValue(number);
      }
      counted.incrementAndGet();
      return 1;
    };
  }

  @Override
  public void after(CheckedClient client) {
    long sum = 0;
    for (long number = 0; number < size.entries(); number++) {
      sum += byOperation ? client.counted(number) : client.countedInValue(number);
    }
    if (sum != counted.get()) {
      throw new WrongAnswerException("counted " + counted + " times, found " + sum);
    }
  }
}
