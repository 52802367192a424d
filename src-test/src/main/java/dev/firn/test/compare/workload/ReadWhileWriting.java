package dev.firn.test.compare.workload;

import dev.firn.cli.workload.Expected;
import dev.firn.cli.workload.Shuffle;
import dev.firn.test.compare.report.Metric;
import java.util.Set;

/** Random point reads for a while, beside a thread that writes every key once more. */
record ReadWhileWriting(String name, StageSize size) implements Workload {

  @Override
  public Limit limit() {
    return Limit.time(1);
  }

  @Override
  public boolean settles() {
    return true;
  }

  @Override
  public Set<Metric> shown() {
    return Set.of(Metric.RATE, Metric.BESIDE, Metric.P99);
  }

  @Override
  public void before(Expected expected) {
    expected.beginGeneration();
  }

  @Override
  public Step begin(CheckedClient client, int thread) {
    return () -> {
      client.get(client.random(size.entries()));
      return 1;
    };
  }

  @Override
  public Step beginBeside(CheckedClient client) {
    Shuffle shuffle = new Shuffle(size.entries(), size.seed() + client.expected().newest());
    return new Step() {
      private long index;

      @Override
      public long run() {
        client.put(shuffle.at(index++ % size.entries()));
        return 1;
      }
    };
  }
}
