package dev.firn.cli;

import dev.firn.Compression;
import dev.firn.cli.bench.Bench;
import dev.firn.cli.bench.BenchSettings;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.console.TemporaryFolder;
import dev.firn.cli.workload.Workload;
import dev.firn.cli.workload.WorkloadSettings;
import dev.firn.cli.workload.WrongAnswerException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn bench}: runs the field's workloads. */
@Command(
    name = "bench",
    header = "Measures the store with the field's workloads.",
    customSynopsis = "firn bench [WORKLOAD...] [options]",
    description = {
      "Prints one row for each. A fill begins with a new store; the others use the store of the"
          + " last fill, or a new one filled in random order.",
      "",
      "  fillseq           every key once, in order",
      "  fillbatch         every key once, in random order, --batch-size in a batch",
      "  fillsync          a thousandth of the keys, in random order, each synced",
      "  fillrandom        every key once, in random order",
      "  readrandom        random keys",
      "  readmissing       keys between those that are there",
      "  readhot           random keys among the first 1 %%",
      "  seekrandom        seek a random key, then --nexts steps",
      "  readseq           all entries, forwards",
      "  readreverse       all entries, backwards",
      "  overwrite         every key once more, in random order",
      "  readwhilewriting  random keys, while one more thread overwrites; a row for each",
      "  deleterandom      delete every key, in random order",
      "  compact           compact all tables; only when named",
      "",
      "Keys are 16 decimal digits; half of a value compresses away. Everything that is read is"
          + " compared with what was written; a difference ends the benchmark with exit code 6.",
      "Latencies are those of single operations, with making the key and checking the answer; of a"
          + " batch for fillbatch; of a seek with its steps; of one step in 64 for the walks."
          + " 'heap' is what the threads of the workload allocate. 'settled' is the time until"
          + " flushes and compactions have ended after the workload. 'write amp' is bytes written"
          + " to the device, journal included, for each byte of keys and values. 'journal' counts"
          + " files at their full size."
    },
    footer = {
      "Examples:",
      "  firn bench",
      "  firn bench --num 10000000 --threads 2 fillrandom readrandom",
      "  firn bench --json --compression lz4 fillbatch compact readseq | jq .operationsPerSecond"
    })
final class BenchCommand implements Callable<Integer> {

  private static final List<Workload> DEFAULT =
      Stream.of(Workload.values()).filter(w -> w != Workload.COMPACT).toList();

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "WORKLOAD",
      arity = "0..*",
      description = "What to run, in this order; all but compact unless given.")
  private List<Workload> workloads = DEFAULT;

  @Option(
      names = "--num",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Keys; ${DEFAULT-VALUE} unless given.")
  private long num;

  @Option(
      names = "--value-size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Length of a value; ${DEFAULT-VALUE} unless given.")
  private int valueSize;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that share a workload; ${DEFAULT-VALUE} unless given.")
  private int threads;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "100",
      description = "Entries in a batch of fillbatch; ${DEFAULT-VALUE} unless given.")
  private int batchSize;

  @Option(
      names = "--nexts",
      paramLabel = "N",
      defaultValue = "10",
      description = "Steps after each seek of seekrandom; ${DEFAULT-VALUE} unless given.")
  private int nexts;

  @Option(
      names = "--compression",
      paramLabel = "auto|none|lz4",
      defaultValue = "auto",
      description = "Compression of tables; ${DEFAULT-VALUE} unless given.")
  private Compression compression = Compression.AUTO;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Determines order and values; ${DEFAULT-VALUE} unless given.")
  private long seed;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      description = "End each workload after this time.")
  private @Nullable Double seconds;

  @Option(
      names = "--rest",
      paramLabel = "SECONDS",
      description =
          "Time without flushes and compactions after which a store is settled; 1.3 unless given,"
              + " longer than a store waits before it takes the load to have fallen.")
  private @Nullable Double restSeconds;

  @Option(names = "--no-check", description = "Do not compare what is read with what was written.")
  private boolean noCheck;

  @Option(names = "--json", description = "Print one JSON object for each row.")
  private boolean json;

  @Option(
      names = "--store",
      paramLabel = "FOLDER",
      description = "Folder for the stores, missing or empty; a temporary one unless given.")
  private @Nullable Path folder;

  @Option(names = "--keep", description = "Keep the stores instead of deleting them.")
  private boolean keep;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    BenchSettings settings = settings();
    TemporaryFolder stores = TemporaryFolder.create(folder, "firn-bench", keep);
    try (Bench bench = new Bench(console, settings, stores, keep, json)) {
      bench.run(workloads);
    } catch (WrongAnswerException e) {
      throw new Failure(ExitCode.FAILED, stores.path() + ": " + e.getMessage(), e);
    }
    return ExitCode.OK;
  }

  private BenchSettings settings() {
    Double limit = seconds;
    Double rest = restSeconds;
    try {
      return new BenchSettings(
          new WorkloadSettings(num, valueSize, threads, batchSize, nexts, seed, !noCheck),
          compression,
          limit == null ? null : duration(limit),
          rest == null ? BenchSettings.REST : duration(rest));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
