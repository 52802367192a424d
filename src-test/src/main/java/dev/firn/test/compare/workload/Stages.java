package dev.firn.test.compare.workload;

import dev.firn.test.compare.report.Metric;
import dev.firn.test.compare.workload.Fill.Order;
import dev.firn.test.compare.workload.Get.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All stages, in the order in which they run and are reported. */
public final class Stages {

  static final int VALUE_BYTES = 100;
  static final long SEED = 42;

  /** The memory of a process whose memory is limited, page cache included. */
  public static final long LIMITED_BYTES = 3L << 29;

  /** Data as large as this many times the memory are measured when they are asked for. */
  public static final String LARGE = "limited-10x";

  private static final int LIMITED_VALUE_BYTES = 400;
  private static final int KEY_BYTES = 16;

  /** A fill in a limited memory ends after this multiple of the usual duration. */
  private static final double LIMITED_FILL = 20;

  private static final long BYTES_OF_LARGE_VALUES = 256L << 20;
  private static final long MAX_SMALL_ENTRIES = 1_000_000;

  private Stages() {}

  /** Every stage at its full size. */
  public static List<Stage> all() {
    List<Stage> stages = new ArrayList<>();
    stages.add(Stage.of("random", 3_000_000, Stages::random));
    stages.add(Stage.of("ordered", 3_000_000, Stages::ordered));
    stages.add(Stage.of("batches", 2_000_000, Stages::batches));
    stages.add(Stage.of("writers", 3_000_000, s -> writers("fillrandom4", s, 4)));
    stages.add(Stage.of("synced", 3_000_000, s -> writers("fillsync", s, 1)).withSync());
    stages.add(Stage.of("synced8", 3_000_000, s -> writers("fillsync8", s, 8)).withSync());
    stages.add(Stage.of("ycsb", 2_000_000, Ycsb::of));
    stages.add(Stage.of("queue", 50_000, Queue::of));
    stages.add(Stage.of("deletes", 600_000, Deletes::of));
    stages.add(Stage.of("timeseries", 500_000, TimeSeries::of));
    stages.add(Stage.of("transactions", 500_000, Stages::transactions));
    stages.add(Stage.of("counters", "", 100_000, Long.BYTES, Counters::of));
    stages.add(values("-20B", 20));
    stages.add(values("-1K", 1 << 10));
    stages.add(values("-4K", 4 << 10));
    stages.add(values("-16K", 16 << 10));
    stages.add(values("-64K", 64 << 10));
    stages.add(limited("limited", "-limited", 2));
    stages.add(limited(LARGE, "-" + LARGE, 10));
    return stages;
  }

  /** A stage by its name. */
  public static Stage of(String name) {
    return all().stream().filter(stage -> stage.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Workload> random(StageSize size) {
    return List.of(
        Fill.all("fillrandom", size, Order.RANDOM, Metric.FILL),
        Walk.warming(size),
        new Get("readrandom", size, Choice.UNIFORM, Metric.RATE_AND_P99),
        new Get("readzipfian", size, Choice.ZIPFIAN, Metric.RATE_ONLY),
        new Get("readhot", size, Choice.HOT, Metric.RATE_ONLY),
        new Get("readmissing", size, Choice.MISSING, Metric.RATE_ONLY),
        new Get("multiget100", size, Choice.MANY_AT_ONCE, Set.of(Metric.RATE, Metric.GARBAGE)),
        Walk.forwards("readseq", size),
        Walk.backwards("readreverse", size),
        new Scan("seek10", size, 10),
        new Scan("seek100", size, 100),
        Fill.again("overwrite", size, Metric.FILL),
        new ReadWhileWriting("readwhilewriting", size));
  }

  private static List<Workload> ordered(StageSize size) {
    return List.of(Fill.all("fillseq", size, Order.KEYS, Metric.WRITE));
  }

  private static List<Workload> batches(StageSize size) {
    return List.of(Fill.all("fillbatch100", size, Order.BATCHES, Metric.WRITE));
  }

  private static List<Workload> writers(String name, StageSize size, int threads) {
    return List.of(Fill.forHalfTime(name, size, threads));
  }

  private static List<Workload> transactions(StageSize size) {
    return List.of(
        Fill.all("fill", size, Order.RANDOM, Metric.NOTHING),
        Fill.again("batch10", size, Order.SMALL_BATCHES, Metric.WRITE),
        Fill.again("transaction10", size, Order.TRANSACTIONS, Metric.WRITE),
        Fill.again("exclusive10", size, Order.EXCLUSIVE_TRANSACTIONS, Metric.WRITE),
        new Contention("contention8", size));
  }

  private static Stage values(String suffix, int valueBytes) {
    long entries = Math.min(MAX_SMALL_ENTRIES, BYTES_OF_LARGE_VALUES / valueBytes);
    return Stage.of("values" + suffix, suffix, entries, valueBytes, Stages::values);
  }

  /** Overwritten twice, which shows what space is given back. */
  private static List<Workload> values(StageSize size) {
    Set<Metric> space =
        Set.of(Metric.RATE, Metric.SETTLED, Metric.P99, Metric.WRITTEN, Metric.SPACE);
    return List.of(
        Fill.all("fillrandom", size, Order.RANDOM, space),
        Walk.warming(size),
        new Get("readrandom", size, Choice.UNIFORM, Metric.RATE_ONLY),
        new Get("readinplace", size, Choice.IN_PLACE, Metric.RATE_ONLY),
        new Scan("seek10", size, 10),
        Fill.again("overwrite", size, space),
        Fill.again("overwrite-again", size, space));
  }

  private static Stage limited(String name, String suffix, int times) {
    long entries = times * LIMITED_BYTES / (KEY_BYTES + LIMITED_VALUE_BYTES);
    return Stage.of(name, suffix, entries, LIMITED_VALUE_BYTES, Stages::limited)
        .within(LIMITED_BYTES);
  }

  private static List<Workload> limited(StageSize size) {
    Set<Metric> device = Set.of(Metric.RATE, Metric.P99, Metric.DEVICE_READ);
    Limit limit = Limit.operations(size.entries()).orTime(LIMITED_FILL);
    return List.of(
        Fill.all("fillrandom", size, Order.RANDOM, limit, Metric.FILL),
        new Get("readrandom", size, Choice.UNIFORM, device),
        new Get("readzipfian", size, Choice.ZIPFIAN, device),
        new Get("readhot", size, Choice.HOT, device),
        new Get("readmissing", size, Choice.MISSING, device),
        new Get("multiget100", size, Choice.MANY_AT_ONCE, Set.of(Metric.RATE, Metric.DEVICE_READ)),
        new Scan("seek10", size, 10),
        Walk.forwards("readseq", size),
        new ReadWhileWriting("readwhilewriting", size));
  }
}
