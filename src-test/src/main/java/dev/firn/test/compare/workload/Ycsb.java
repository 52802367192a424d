package dev.firn.test.compare.workload;

import dev.firn.cli.workload.Expected;
import dev.firn.cli.workload.Shuffle;
import dev.firn.test.compare.report.Metric;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * The workloads of the Yahoo! Cloud Serving Benchmark, in the order that its authors recommend;
 * zipfian keys, spread over all. Records of the load have even numbers; records that are inserted
 * later have odd ones, in random order, so that they come to lie between the others.
 */
final class Ycsb {

  private static final int MAX_SCAN = 100;
  private static final int CHECKED = 1024; // power of two

  private final StageSize size;
  private final Shuffle order;
  private final BitSet inserted;
  private int inserts;

  private Ycsb(StageSize size) {
    this.size = size;
    this.order = new Shuffle(size.entries(), size.seed());
    this.inserted = new BitSet(Math.toIntExact(size.entries()));
  }

  /** The workloads of the stage. */
  static List<Workload> of(StageSize size) {
    Ycsb records = new Ycsb(size);
    return List.of(
        records.new Load(),
        records.new Mix("ycsb-a", 50, Kind.UPDATE, Metric.RATE_AND_P99),
        records.new Mix("ycsb-b", 95, Kind.UPDATE, Metric.RATE_AND_P99),
        records.new Mix("ycsb-c", 100, Kind.UPDATE, Metric.RATE_AND_P99),
        records.new Mix("ycsb-f", 50, Kind.READ_MODIFY_WRITE, Metric.RATE_AND_P99),
        records.new Mix("ycsb-d", 95, Kind.INSERT_READ_LATEST, Metric.RATE_AND_P99),
        records.new Mix("ycsb-e", 95, Kind.INSERT_SCAN, Metric.SCAN_LATENCIES));
  }

  /** What the rest of a mix is, and what its reads are. */
  private enum Kind {
    UPDATE,
    READ_MODIFY_WRITE,
    INSERT_READ_LATEST,
    INSERT_SCAN
  }

  private long number(long record) {
    return 2 * record;
  }

  /** The next record is inserted; when there is no room for more, one is written again. */
  private void insert(CheckedClient client) {
    long record = order.at(inserts % size.entries());
    client.put(number(record) + 1);
    inserted.set((int) record);
    inserts++;
  }

  /** The record that was inserted as the newest but {@code rank} others. */
  private long latest(long rank) {
    long index = inserts - 1 - rank;
    return index >= 0
        ? number(order.at(index % size.entries())) + 1
        : number(order.at(size.entries() + index));
  }

  private void scan(CheckedClient client, long record, int records) {
    long number = number(record);
    long end = number(size.entries());
    client.seek(number);
    for (int i = 1; i < records; i++) {
      int distance = number % 2 == 1 || inserted.get((int) (number / 2)) ? 1 : 2;
      number += distance;
      if (number >= end) {
        break;
      }
      client.next(number, distance);
    }
    client.closeCursor();
  }

  /** Writes the records of the load. */
  private final class Load implements Workload {

    @Override
    public String name() {
      return "ycsb-load";
    }

    @Override
    public Limit limit() {
      return Limit.operations(size.entries());
    }

    @Override
    public boolean isNeeded() {
      return true;
    }

    @Override
    public boolean isMeasured() {
      return false;
    }

    @Override
    public boolean settles() {
      return true;
    }

    @Override
    public Step begin(CheckedClient client, int thread) {
      return new Step() {
        private long index;

        @Override
        public long run() {
          client.put(number(order.at(index++)));
          return 1;
        }
      };
    }
  }

  /** A workload: reads, and in the rest of the steps something else. */
  private final class Mix implements Workload {

    private final String name;
    private final int reads;
    private final Kind kind;
    private final Set<Metric> shown;
    private final long[] updated = new long[CHECKED];
    private int updates;

    /** A mix with a percentage of reads. */
    Mix(String name, int reads, Kind kind, Set<Metric> shown) {
      this.name = name;
      this.reads = reads;
      this.kind = kind;
      this.shown = shown;
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
    public Set<Metric> shown() {
      return shown;
    }

    @Override
    public boolean settles() {
      return true;
    }

    @Override
    public void before(Expected expected) {
      expected.beginGeneration();
    }

    @Override
    public Step begin(CheckedClient client, int thread) {
      Zipfian zipfian = new Zipfian(size.entries(), size.seed() + reads);
      return () -> {
        boolean read = client.random(100) < reads;
        switch (kind) {
          case UPDATE -> readOrUpdate(client, number(zipfian.nextScrambled()), read);
          case READ_MODIFY_WRITE -> {
            long number = number(zipfian.nextScrambled());
            client.get(number);
            if (!read) {
              update(client, number);
            }
          }
          case INSERT_READ_LATEST -> {
            if (read) {
              client.get(latest(zipfian.next()));
            } else {
              insert(client);
            }
          }
          case INSERT_SCAN -> {
            if (read) {
              scan(client, zipfian.nextScrambled(), 1 + (int) client.random(MAX_SCAN));
            } else {
              insert(client);
            }
          }
        }
        return 1;
      };
    }

    private void readOrUpdate(CheckedClient client, long number, boolean read) {
      if (read) {
        client.get(number);
      } else {
        update(client, number);
      }
    }

    private void update(CheckedClient client, long number) {
      client.put(number);
      updated[updates++ % CHECKED] = number;
    }

    /** The last updates and inserts are there. */
    @Override
    public void after(CheckedClient client) {
      for (int i = 0; i < Math.min(updates, CHECKED); i++) {
        client.getNewest(updated[i]);
      }
      for (long i = Math.max(0, inserts - CHECKED); i < inserts; i++) {
        client.get(number(order.at(i % size.entries())) + 1);
      }
    }
  }
}
