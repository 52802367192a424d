package dev.firn.cli.bench;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.console.ProgressLine;
import dev.firn.cli.console.Quantity;
import dev.firn.cli.console.TemporaryFolder;
import dev.firn.cli.workload.BenchKey;
import dev.firn.cli.workload.BenchValues;
import dev.firn.cli.workload.Expected;
import dev.firn.cli.workload.Measurement;
import dev.firn.cli.workload.Plan;
import dev.firn.cli.workload.Workload;
import dev.firn.cli.workload.WorkloadRun;
import dev.firn.cli.workload.WorkloadSettings;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs workloads one after the other. A fill begins with a new store; every other workload gets the
 * store of the last fill, if it holds all keys, or a new store filled in random order.
 *
 * <p><b>Ownership.</b> Owns the stores and their folders; closing deletes them.
 */
public final class Bench implements AutoCloseable {

  private final Console console;
  private final BenchSettings settings;
  private final WorkloadSettings size;
  private final TemporaryFolder folder;
  private final boolean keep;
  private final BenchReport report;
  private final Arena arena = Arena.ofShared();
  private final BenchValues values;
  private int stores;
  private @Nullable BenchData data;

  /**
   * A benchmark.
   *
   * @param folder where its stores go; closed by this
   * @param keep whether the stores are kept
   * @param json whether results are printed for machines
   */
  public Bench(
      Console console, BenchSettings settings, TemporaryFolder folder, boolean keep, boolean json) {
    this.console = console;
    this.settings = settings;
    this.size = settings.workload();
    this.folder = folder;
    this.keep = keep;
    this.report = json ? new BenchJson(console.out(), settings) : new BenchTable(console.out());
    this.values = new BenchValues(size.valueBytes(), size.seed(), arena);
  }

  /** Runs workloads in this order. */
  public void run(List<Workload> workloads) throws InterruptedException {
    report.begin(description());
    for (Workload workload : workloads) {
      BenchData target = prepared(workload);
      for (Measurement measurement : measure(workload, settings, target)) {
        report.add(measurement, Aftermath.await(target.store(), settings.rest()));
      }
    }
  }

  private BenchData prepared(Workload workload) throws InterruptedException {
    if (workload.kind() == Workload.Kind.FILL) {
      return fresh(workload.label());
    }
    BenchData current = data;
    if (current != null && current.complete()) {
      return current;
    }
    BenchData filled = fresh("store");
    measure(Workload.FILLRANDOM, settings.withoutLimit(), filled);
    Aftermath.await(filled.store(), settings.rest());
    return filled;
  }

  private List<Measurement> measure(Workload workload, BenchSettings settings, BenchData target)
      throws InterruptedException {
    if (workload == Workload.COMPACT) {
      return List.of(compact(target));
    }
    if (workload == Workload.OVERWRITE || workload == Workload.READWHILEWRITING) {
      target.expected().beginGeneration();
    }
    Durability durability = workload == Workload.FILLSYNC ? Durability.SYNCED : Durability.BUFFERED;
    List<Measurement> measurements;
    try (ProgressLine progress = ProgressLine.of(console, workload.label())) {
      measurements =
          new WorkloadRun(
                  workload, size, target.expected(), memory -> target.client(durability, memory))
              .run(plans(workload, settings.limit()), progress);
    }
    boolean whole = measurements.getFirst().latencies().getTotalCount() >= workload.steps(size);
    if (workload == Workload.OVERWRITE && whole) {
      target.expected().endGeneration();
    }
    if (!workload.completes()) {
      target.setComplete(false);
    } else if (workload.kind() == Workload.Kind.FILL && whole) {
      target.setComplete(true);
    }
    return measurements;
  }

  /** Threads of a walk get ranges one after the other; the steps of all others are interleaved. */
  private List<Plan> plans(Workload workload, @Nullable Duration limit) {
    boolean walk = workload.kind() == Workload.Kind.WALK;
    long steps = workload.steps(size);
    int threads = size.threads();
    long nanos = limit == null ? Long.MAX_VALUE : limit.toNanos();
    List<Plan> plans = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      long first = walk ? steps * i / threads : i;
      long stride = walk ? 1 : threads;
      long count = walk ? steps * (i + 1) / threads - first : Math.ceilDiv(steps - i, threads);
      Plan.Timing timing = walk ? Plan.Timing.SAMPLED : Plan.Timing.EACH;
      plans.add(new Plan(first, stride, 0, count, nanos, timing));
    }
    return plans;
  }

  private Measurement compact(BenchData target) {
    long began = System.nanoTime();
    Store store = target.store();
    long bytes = store.stats().tables().bytes();
    ProgressLine.of(console, "compact").watch(store::compact, () -> 0, -1);
    return Measurement.single(Workload.COMPACT.label(), bytes, System.nanoTime() - began);
  }

  private BenchData fresh(String name) {
    closeStore();
    Path path = folder.path().resolve(++stores + "-" + name);
    StoreOptions options = StoreOptions.builder().compression(settings.compression()).build();
    BenchData opened = new BenchData(Store.open(path, options), new Expected(values));
    data = opened;
    return opened;
  }

  private void closeStore() {
    BenchData last = data;
    if (last != null) {
      data = null;
      last.store().close();
      if (!keep) {
        LocalFiles.deleteTree(last.store().directory());
      }
    }
  }

  private String description() {
    return String.format(
        Locale.ROOT,
        "%s keys of %d bytes, values of %s bytes, %s, %s, seed %d%n"
            + "Java %s, %s, heap up to %s; stores in %s%n"
            + "what is read is %s; latencies include making the key%s",
        Quantity.count(size.num()),
        BenchKey.BYTES,
        Quantity.count(size.valueBytes()),
        Quantity.count(size.threads(), "thread", "threads"),
        "compression " + settings.compression(),
        size.seed(),
        Runtime.version(),
        Quantity.count(Runtime.getRuntime().availableProcessors(), "processor", "processors"),
        Quantity.bytes(Runtime.getRuntime().maxMemory()),
        folder.path(),
        size.check() ? "checked" : "not checked",
        size.check() ? " and checking the answer" : "");
  }

  @Override
  public void close() {
    try {
      closeStore();
    } finally {
      arena.close();
      folder.close();
    }
  }
}
