package dev.firn.cli.bench;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.console.ProgressLine;
import dev.firn.cli.console.Quantity;
import dev.firn.cli.console.TemporaryFolder;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs workloads one after the other. A fill begins with a fresh store; whatever else needs all
 * keys gets the store of the fill before it, or a new one filled in random order for it.
 *
 * <p><b>Ownership.</b> Owns the stores and their folders; closing deletes them.
 */
public final class Bench implements AutoCloseable {

  private final Console console;
  private final BenchSettings settings;
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
   * @param keep whether stores stay when they are not needed any more
   * @param json whether results are printed for machines
   */
  public Bench(
      Console console, BenchSettings settings, TemporaryFolder folder, boolean keep, boolean json) {
    this.console = console;
    this.settings = settings;
    this.folder = folder;
    this.keep = keep;
    this.report = json ? new BenchJson(console.out(), settings) : new BenchTable(console.out());
    this.values = new BenchValues(settings.valueBytes(), settings.seed(), arena);
  }

  /** Runs workloads in this order. */
  public void run(List<Workload> workloads) throws InterruptedException {
    report.begin(description());
    for (Workload workload : workloads) {
      BenchData target = prepared(workload);
      for (Measurement measurement : measure(workload, settings, target)) {
        report.add(measurement, settled(target));
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
    settled(filled);
    return filled;
  }

  private List<Measurement> measure(Workload workload, BenchSettings settings, BenchData target)
      throws InterruptedException {
    if (workload == Workload.COMPACT) {
      return List.of(compact(target));
    }
    boolean updates = workload == Workload.OVERWRITE || workload == Workload.READWHILEWRITING;
    if (updates) {
      target.beginGeneration();
    }
    List<Measurement> measurements;
    try (ProgressLine progress = ProgressLine.of(console, workload.label())) {
      measurements = new WorkloadRun(workload, settings, target, values).run(progress);
    }
    boolean whole = measurements.get(0).latencies().getTotalCount() >= workload.steps(settings);
    if (workload == Workload.OVERWRITE && whole) {
      target.endGeneration();
    }
    if (!workload.completes()) {
      target.incomplete();
    } else if (workload.kind() == Workload.Kind.FILL && whole) {
      target.filled();
    }
    return measurements;
  }

  private Measurement compact(BenchData target) {
    long began = System.nanoTime();
    Store store = target.store();
    long bytes = store.stats().tables().bytes();
    ProgressLine.of(console, "compact").watch(store::compact, () -> 0, -1);
    return Measurement.single(Workload.COMPACT.label(), bytes, System.nanoTime() - began);
  }

  private static Aftermath settled(BenchData target) throws InterruptedException {
    return Aftermath.await(target.store(), System.nanoTime());
  }

  private BenchData fresh(String name) {
    closeStore();
    Path path = folder.path().resolve(++stores + "-" + name);
    StoreOptions options = StoreOptions.builder().compression(settings.compression()).build();
    BenchData opened = new BenchData(Store.open(path, options));
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
        Quantity.count(settings.num()),
        BenchKey.BYTES,
        Quantity.count(settings.valueBytes()),
        Quantity.count(settings.threads(), "thread", "threads"),
        "compression " + settings.compression(),
        settings.seed(),
        Runtime.version(),
        Quantity.count(Runtime.getRuntime().availableProcessors(), "processor", "processors"),
        Quantity.bytes(Runtime.getRuntime().maxMemory()),
        folder.path(),
        settings.check() ? "checked" : "not checked",
        settings.check() ? " and checking the answer" : "");
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
