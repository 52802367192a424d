package dev.firn.test.compare;

import dev.firn.cli.workload.Plan;
import dev.firn.cli.workload.Workload;
import dev.firn.cli.workload.WorkloadSettings;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A workload, its threads, and when it ends: one row of the report. */
enum Trial {
  /** Every key once, in random order. */
  FILLRANDOM(Workload.FILLRANDOM, End.ALL_KEYS),
  /** Random keys. */
  READRANDOM(Workload.READRANDOM, End.TIME),
  /** Random keys of the first 1 %. */
  READHOT(Workload.READHOT, End.TIME),
  /** Keys between those that are there. */
  READMISSING(Workload.READMISSING, End.TIME),
  /** The whole store, over and over. */
  READSEQ(Workload.READSEQ, End.ALL_KEYS_AND_HALF_TIME),
  /** The whole store backwards, over and over. */
  READREVERSE(Workload.READREVERSE, End.ALL_KEYS_AND_HALF_TIME),
  /** A random key and the 10 after it. */
  SEEK10(Workload.SEEKRANDOM, End.TIME, 1, 10),
  /** A random key and the 100 after it. */
  SEEK100(Workload.SEEKRANDOM, End.TIME, 1, 100),
  /** Every key once more, in another random order. */
  OVERWRITE(Workload.OVERWRITE, End.ALL_KEYS),
  /** Random keys, while another thread writes as fast as it can. */
  READWHILEWRITING(Workload.READWHILEWRITING, End.TIME),
  /** Every key once, in order. */
  FILLSEQ(Workload.FILLSEQ, End.ALL_KEYS),
  /** The whole store as {@link #FILLSEQ} left it, over and over. */
  READSEQ_ORDERED(Workload.READSEQ, End.ALL_KEYS_AND_HALF_TIME),
  /** Every key once, in random order, {@value #BATCH_SIZE} in a batch. */
  FILLBATCH(Workload.FILLBATCH, End.ALL_KEYS),
  /** Random keys, by 4 threads at once. */
  FILLRANDOM4(Workload.FILLRANDOM, End.HALF_TIME, 4, 0),
  /** Random keys, each synced before the next. */
  FILLSYNC(Workload.FILLSYNC, End.HALF_TIME),
  /** The same by 8 threads. */
  FILLSYNC8(Workload.FILLSYNC, End.HALF_TIME, 8, 0);

  private static final int BATCH_SIZE = 100;

  private enum End {
    ALL_KEYS,
    TIME,
    HALF_TIME,
    ALL_KEYS_AND_HALF_TIME
  }

  private final Workload workload;
  private final End end;
  private final int threads;
  private final int nexts;

  Trial(Workload workload, End end) {
    this(workload, end, 1, 0);
  }

  Trial(Workload workload, End end, int threads, int nexts) {
    this.workload = workload;
    this.end = end;
    this.threads = threads;
    this.nexts = nexts;
  }

  Workload workload() {
    return workload;
  }

  /** Whether it is reads that are measured. */
  boolean isRead() {
    return workload.isRead();
  }

  /** Whether it writes every key. */
  boolean writesAll() {
    return end == End.ALL_KEYS;
  }

  /** Whether it is the first trial of a store, and leaves it complete. */
  boolean isFill() {
    return writesAll() && this != OVERWRITE;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Trial of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  WorkloadSettings settings(Settings settings) {
    return new WorkloadSettings(
        settings.num(), settings.valueBytes(), threads, BATCH_SIZE, nexts, settings.seed(), true);
  }

  /** What each thread does. */
  List<Plan> plans(Settings settings) {
    return IntStream.range(0, threads).mapToObj(thread -> plan(settings, thread)).toList();
  }

  private Plan plan(Settings settings, int thread) {
    long steps = workload.steps(settings(settings));
    long first = settings.num() * thread / threads;
    long nanos = settings.readNanos();
    return switch (end) {
      case ALL_KEYS -> new Plan(0, 1, steps, steps, 0, Plan.Timing.EACH);
      case TIME -> new Plan(first, 1, 0, Plan.ENDLESS, nanos, Plan.Timing.NONE);
      case HALF_TIME -> new Plan(first, 1, 0, Plan.ENDLESS, nanos / 2, Plan.Timing.EACH);
      case ALL_KEYS_AND_HALF_TIME ->
          new Plan(0, 1, steps, Plan.ENDLESS, nanos / 2, Plan.Timing.NONE);
    };
  }
}
