package dev.firn.test.compare.workload;

import dev.firn.test.compare.report.Metric;
import java.util.List;
import java.util.Set;

/**
 * Looks at the front of a store after many of its first entries were deleted, and at nothing after
 * all were. Flushes and compactions are not waited for.
 */
final class Deletes {

  private static final int DELETED_SHARE = 3;

  private Deletes() {}

  /** The workloads of the stage. */
  static List<Workload> of(StageSize size) {
    long all = size.entries();
    long some = all / DELETED_SHARE;
    return List.of(
        Fill.all("deletes-fill", size, Fill.Order.RANDOM, Metric.NOTHING),
        new Delete("delete", 0, some),
        new Look("first-look", some, all, Limit.operations(1), Set.of(Metric.P50)),
        new Look("look", some, all, Limit.time(0.5), Metric.RATE_AND_P99),
        new Delete("delete-rest", some, all),
        new Look("first-look-at-nothing", all, all, Limit.operations(1), Set.of(Metric.P50)),
        new Look("look-at-nothing", all, all, Limit.time(0.5), Metric.RATE_ONLY));
  }

  /** Deletes numbers in order. */
  private record Delete(String name, long from, long to) implements Workload {

    @Override
    public Limit limit() {
      return Limit.operations(to - from);
    }

    @Override
    public boolean isNeeded() {
      return true;
    }

    @Override
    public Step begin(CheckedClient client, int thread) {
      return new Step() {
        private long next = from;

        @Override
        public long run() {
          client.delete(next++);
          return 1;
        }
      };
    }
  }

  /** Looks at the first entry with a new cursor; at nothing, if {@code front} is {@code end}. */
  private record Look(String name, long front, long end, Limit limit, Set<Metric> shown)
      implements Workload {

    @Override
    public Step begin(CheckedClient client, int thread) {
      return () -> {
        if (front < end) {
          client.seek(0, front);
        } else {
          client.seekNothing(0);
        }
        client.closeCursor();
        return 1;
      };
    }
  }
}
