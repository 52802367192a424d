package dev.firn.test.compare.workload;

import dev.firn.test.compare.report.Metric;
import java.util.Set;

/** A new cursor, a random key and those after it, for a while. A step is a scan. */
record Scan(String name, StageSize size, int nexts) implements Workload {

  @Override
  public Limit limit() {
    return Limit.time(1);
  }

  @Override
  public Set<Metric> shown() {
    return Set.of(Metric.RATE, Metric.GARBAGE);
  }

  @Override
  public Step begin(CheckedClient client, int thread) {
    long count = size.entries();
    return () -> {
      long number = client.random(count);
      client.seek(number);
      long last = Math.min(count - 1, number + nexts);
      while (number < last) {
        client.next(++number, 1);
      }
      client.closeCursor();
      return 1;
    };
  }
}
