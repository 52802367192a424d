package dev.firn.test.compare.workload;

import dev.firn.test.compare.report.Metric;
import java.util.List;
import java.util.Set;

/**
 * A queue in a store: put at the end, look at the front with a new cursor, delete what is there.
 * That is one step.
 */
final class Queue implements Workload {

  private final long waiting;

  private Queue(StageSize size) {
    this.waiting = size.entries();
  }

  /** The workloads of its stage. */
  static List<Workload> of(StageSize size) {
    return List.of(Fill.all("queue-fill", size, Fill.Order.KEYS, Metric.NOTHING), new Queue(size));
  }

  @Override
  public String name() {
    return "queue";
  }

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
    return Metric.LATENCIES;
  }

  @Override
  public Step begin(CheckedClient client, int thread) {
    return new Step() {
      private long front;

      @Override
      public long run() {
        client.append(front + waiting);
        client.seek(0, front);
        client.closeCursor();
        client.delete(front);
        front++;
        return 1;
      }
    };
  }
}
