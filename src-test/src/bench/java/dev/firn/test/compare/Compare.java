package dev.firn.test.compare;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.workload.WorkloadSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The command line of {@code dev/compare}. */
@Command(
    name = "dev/compare",
    header = "Measures Firn and other stores on the same work, and writes a report.",
    customSynopsis = "dev/compare [options]",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 96,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%n",
    description = {
      "Each store runs in JVMs of its own; stores alternate in each round. Keys, values and checks"
          + " are the same: everything that is read is compared with what was written.",
      "",
      "Contenders: firn, firn-lz4, rocksdb (LZ4), rocksdb-none, lmdb, leveldb (in Java), h2.",
      "",
      "Workloads, in the order in which they run; a line is a stage, with a JVM and a store:",
      "  fillrandom readrandom readhot readmissing readseq readreverse seek10 seek100 overwrite"
          + " readwhilewriting",
      "  fillseq readseq-ordered",
      "  fillbatch",
      "  fillrandom4",
      "  fillsync fillsync8",
      "",
      "Each JVM first warms up with the same workloads on a small store (2,000,000 entries, three"
          + " seconds for each read). A workload begins when the background work that the opening"
          + " of the store, or the previous workload, caused has ended; before the first read the"
          + " whole store is read twice."
    },
    footer = {
      "Environment: FIRN_JAVA_HOME (the JDK to use).",
      "Results go to src-test/target/compare/results.jsonl, a line for each contender, round and"
          + " workload.",
      "",
      "Examples:",
      "  dev/compare --num 2000000 --seconds 3 --engine firn,lmdb --workload readrandom",
      "  dev/compare --num 10000000 --rounds 3",
      "  dev/compare --num 10000000 --rounds 3 --resume     # after an interrupted run",
      "  dev/compare --grow --engine firn,rocksdb,lmdb",
      "  dev/compare --report --out docs/benchmarks.md      # from existing results"
    })
final class Compare implements Callable<Integer> {

  private static final int VALUE_BYTES = 100;

  private final Console console;

  @Option(
      names = "--num",
      paramLabel = "N",
      defaultValue = "10000000",
      description = "Entries in a store; ${DEFAULT-VALUE} unless given.")
  private long num;

  @Option(
      names = "--value-size",
      paramLabel = "BYTES",
      defaultValue = "" + VALUE_BYTES,
      description = "Length of a value; ${DEFAULT-VALUE} unless given.")
  private int valueBytes;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Rounds, of which the medians count; ${DEFAULT-VALUE} unless given.")
  private int rounds;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      split = ",",
      converter = ContenderName.class,
      description = "Contenders; firn, firn-lz4, rocksdb and lmdb unless given.")
  private @Nullable List<Contender> contenders;

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      split = ",",
      converter = TrialName.class,
      description = "Workloads, measured with the fill that they need; all unless given.")
  private @Nullable List<Trial> trials;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Duration of reads; walks and synced writes take half. ${DEFAULT-VALUE} unless given.")
  private double seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Determines order and values; ${DEFAULT-VALUE} unless given.")
  private long seed;

  @Option(
      names = "--grow",
      description =
          "Measure growth: 1, 10 and 50 million entries, and values of 20 bytes to 16 KiB, for a"
              + " few workloads; results are kept apart.")
  private boolean grow;

  @Option(
      names = "--resume",
      description = "Keep existing results, and measure only what is missing.")
  private boolean resume;

  @Option(
      names = "--report",
      description = "Measure nothing: write the report from existing results.")
  private boolean reportOnly;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the report to this file, and charts beside it; to stdout unless given.")
  private @Nullable Path out;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      defaultValue = "src-test/target/compare/results.jsonl",
      description = "The raw results; ${DEFAULT-VALUE} unless given.")
  private Path results = Path.of("");

  @Option(
      names = "--store",
      paramLabel = "FOLDER",
      defaultValue = "src-test/target/compare/store",
      description = "Where stores are made, and deleted; ${DEFAULT-VALUE} unless given.")
  private Path folder = Path.of("");

  @Option(
      names = "--prefix",
      paramLabel = "COMMAND",
      description = "Start each JVM with this command, such as 'taskset -c 0,1'.")
  private @Nullable String prefix;

  Compare(Console console) {
    this.console = console;
  }

  /** Runs the comparison. */
  public static void main(String[] args) {
    Console console = Console.ofProcess();
    PrintWriter out = new PrintWriter(console.out(), true, StandardCharsets.UTF_8);
    System.exit(new CommandLine(new Compare(console)).setOut(out).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean complete = reportOnly || measure();
    report();
    return complete ? 0 : 1;
  }

  private boolean measure() throws IOException, InterruptedException {
    if (valueBytes < WorkloadSettings.MIN_VALUE_BYTES || num < 1 || rounds < 1) {
      throw new IllegalArgumentException("num, rounds and value-size must be positive");
    }
    prepareResults();
    List<Result> done = Result.readAll(results());
    List<Task> tasks = new ArrayList<>();
    for (Size size : sizes()) {
      Settings settings = new Settings(size.num(), size.valueBytes(), seconds, seed);
      tasks.addAll(
          new Rounds(contenders(), trials(), settings, folder, results()).tasks(rounds, done));
    }
    return new Launcher(console, prefix).run(tasks);
  }

  private List<Size> sizes() {
    return grow
        ? Stream.concat(Size.ENTRIES.stream(), Size.VALUES.stream()).distinct().toList()
        : List.of(new Size(num, valueBytes));
  }

  private List<Contender> contenders() {
    return contenders != null
        ? contenders
        : List.of(Contender.FIRN, Contender.FIRN_LZ4, Contender.ROCKSDB, Contender.LMDB);
  }

  private Set<Trial> trials() {
    if (trials != null) {
      return EnumSet.copyOf(trials);
    }
    return grow ? GrowthReport.TRIALS : EnumSet.allOf(Trial.class);
  }

  private Path results() {
    return grow ? growth() : results;
  }

  private Path growth() {
    return results.resolveSibling("growth-" + results.getFileName());
  }

  private void report() throws IOException {
    Path page = out;
    Report report = new Report(Result.readAll(results), new Size(num, valueBytes));
    GrowthReport growth = new GrowthReport(Result.readAll(growth()));
    if (page != null) {
      new BenchmarksPage(page).write(Machine.read(results), report, Machine.read(growth()), growth);
      return;
    }
    String text = grow ? growth.text() : report.text("");
    console.out().write(text.getBytes(StandardCharsets.UTF_8));
    console.out().flush();
  }

  /** Moves earlier results aside, unless they are to be completed. */
  private void prepareResults() throws IOException {
    Path file = results();
    Path home = file.toAbsolutePath().getParent();
    if (home == null) {
      throw new IllegalArgumentException("results=" + file + ": is no file");
    }
    Files.createDirectories(home);
    if (resume && LocalFiles.exists(file)) {
      return;
    }
    if (LocalFiles.exists(file)) {
      Path earlier = file.resolveSibling(file.getFileName() + ".earlier");
      Files.move(file, earlier, StandardCopyOption.REPLACE_EXISTING);
    }
    Machine.write(file, command(), home);
  }

  /** The command that measures the same again, with the default files. */
  private String command() {
    StringBuilder command = new StringBuilder("dev/compare");
    if (grow) {
      command.append(" --grow");
    } else {
      command.append(" --num ").append(num);
      if (valueBytes != VALUE_BYTES) {
        command.append(" --value-size ").append(valueBytes);
      }
    }
    command.append(String.format(Locale.ROOT, " --rounds %d --seconds %s", rounds, seconds));
    if (contenders != null) {
      command.append(" --engine ");
      command.append(contenders.stream().map(Contender::label).collect(Collectors.joining(",")));
    }
    return command.toString();
  }

  /** A contender by its name. */
  static final class ContenderName implements ITypeConverter<Contender> {
    @Override
    public Contender convert(String name) {
      return Contender.of(name);
    }
  }

  /** A trial by its name. */
  static final class TrialName implements ITypeConverter<Trial> {
    @Override
    public Trial convert(String name) {
      return Trial.of(name);
    }
  }
}
