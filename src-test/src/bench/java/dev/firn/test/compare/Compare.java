package dev.firn.test.compare;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import dev.firn.test.compare.report.BenchmarksPage;
import dev.firn.test.compare.report.Comparison;
import dev.firn.test.compare.report.Metric;
import dev.firn.test.compare.report.Result;
import dev.firn.test.compare.store.Contender;
import dev.firn.test.compare.workload.Stage;
import dev.firn.test.compare.workload.Stages;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    header = "Measures Firn and other stores on the same work, and writes a table.",
    customSynopsis = "dev/compare [options]",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 96,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%n",
    description = {
      "Each store runs in JVMs of its own; stores alternate in each round. Keys are 16 digits; half"
          + " of a value compresses away. Everything that is read is compared with what was"
          + " written, and writes survive the death of the process. Scans make a new cursor each.",
      "",
      "Each JVM first warms up with the same workloads on a small store. A workload begins when the"
          + " background work of the previous one has ended; before the first reads the store is"
          + " read twice. Ratios compare the figures of one round.",
      "",
      "Stores: firn (default options), firn-lz4, rocksdb (LZ4, tuned, blobs from 4 KiB on),"
          + " rocksdb-none, rocksdb-optimistic, rocksdb-pessimistic, lmdb, leveldb (in Java), h2.",
      ""
    },
    footer = {
      "",
      "A line of workloads is a stage: a JVM and a store. Those that end in -limited run in a"
          + " cgroup of 1.5 GiB, page cache included, and a heap of 400 MB; without a right to make"
          + " a memory cgroup they are skipped.",
      "Environment: FIRN_JAVA_HOME (the JDK to use).",
      "",
      "Examples:",
      "  dev/compare --profile=tiny",
      "  dev/compare --profile=users --stores=firn,lmdb --workload=ycsb-e,queue",
      "  dev/compare --profile=users --rounds=3 --publish",
      "  dev/compare --profile=users --rounds=3 --resume      # after an interrupted run",
      "  dev/compare --report --publish                       # from existing results"
    })
final class Compare implements Callable<Integer> {

  /** The workloads that README shows. */
  private static final List<String> CHOSEN =
      List.of(
          "fillrandom",
          "overwrite",
          "fillbatch100",
          "readrandom",
          "readzipfian",
          "readmissing",
          "multiget100",
          "readseq",
          "seek10",
          "seek100",
          "ycsb-a",
          "ycsb-b",
          "ycsb-e",
          "queue",
          "timeseries-append",
          "timeseries-window",
          "fillrandom-16K",
          "readrandom-16K",
          "readinplace-16K",
          "fillrandom-limited",
          "readrandom-limited",
          "seek10-limited");

  private static final Path PAGE = Path.of("docs", "benchmarks.md");
  private static final Path README = Path.of("README.md");

  private final Console console;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "users",
      description =
          "Sizes: tiny (does it run), users (25 minutes for a round), full (ten million entries);"
              + " ${DEFAULT-VALUE} unless given.")
  private Profile profile = Profile.USERS;

  @Option(
      names = "--stores",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "firn,rocksdb,lmdb",
      converter = ContenderName.class,
      description = "Stores; ratios are of the first. ${DEFAULT-VALUE} unless given.")
  private List<Contender> contenders = List.of();

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      split = ",",
      description = "Workloads or stages, measured with the fill that they need; all unless given.")
  private @Nullable List<String> workloads;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Rounds, of which the medians count; ${DEFAULT-VALUE} unless given.")
  private int rounds;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      description = "Multiplies entry counts, instead of the profile.")
  private @Nullable Double scale;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Duration of timed workloads, instead of the profile.")
  private @Nullable Double seconds;

  @Option(
      names = "--large",
      description = "Measure data of ten times the limited memory as well: takes hours.")
  private boolean large;

  @Option(
      names = "--resume",
      description = "Keep existing results, and measure only what is missing.")
  private boolean resume;

  @Option(
      names = "--report",
      description = "Measure nothing: write the table from existing results.")
  private boolean reportOnly;

  @Option(
      names = "--publish",
      description = "Write docs/benchmarks.md and the table in README.md; otherwise to stdout.")
  private boolean publish;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      defaultValue = "src-test/target/compare/results.jsonl",
      description = "The raw results; ${DEFAULT-VALUE} unless given.")
  private Path results = Path.of("");

  @Option(
      names = "--folder",
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
    CommandLine command = new CommandLine(new Compare(console));
    command
        .getCommandSpec()
        .usageMessage()
        .footer(
            Stream.concat(help(), Stream.of(command.getCommandSpec().usageMessage().footer()))
                .toArray(String[]::new));
    System.exit(command.setCaseInsensitiveEnumValuesAllowed(true).setOut(out).execute(args));
  }

  private static Stream<String> help() {
    return Stream.concat(
        Stream.of("Workloads:"),
        Stages.all().stream().map(s -> "  " + s.name() + ": " + String.join(" ", s.labels())));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean complete = reportOnly || measure();
    report();
    return complete ? 0 : 1;
  }

  private boolean measure() throws IOException, InterruptedException {
    if (rounds < 1 || scale() <= 0 || seconds() <= 0) {
      throw new IllegalArgumentException("rounds, scale and seconds must be positive");
    }
    List<String> wanted = wanted();
    prepareResults();
    List<Stage> stages =
        Stages.all().stream().filter(s -> large || !s.name().equals(Stages.LARGE)).toList();
    Rounds order = new Rounds(contenders, stages, wanted, scale(), seconds(), folder, results);
    return new Launcher(console, prefix, profile != Profile.TINY)
        .run(order.tasks(rounds, Result.readAll(results)));
  }

  private double scale() {
    Double given = scale;
    return given == null ? profile.scale : given;
  }

  private double seconds() {
    Double given = seconds;
    return given == null ? profile.seconds : given;
  }

  /** Labels of the workloads that are asked for. */
  private List<String> wanted() {
    List<String> named = workloads;
    if (named == null) {
      return order();
    }
    Collection<String> known =
        Stages.all().stream()
            .flatMap(s -> Stream.concat(Stream.of(s.name()), s.labels().stream()))
            .toList();
    for (String name : named) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("workload=" + name + ": there is none; see --help");
      }
    }
    return Stages.all().stream()
        .flatMap(
            s -> s.labels().stream().filter(l -> named.contains(l) || named.contains(s.name())))
        .toList();
  }

  private static List<String> order() {
    return Stages.all().stream().flatMap(stage -> stage.labels().stream()).toList();
  }

  private void report() throws IOException {
    Map<String, String> titles = new LinkedHashMap<>();
    contenders.forEach(contender -> titles.put(contender.label(), contender.title()));
    Comparison comparison = new Comparison(Result.readAll(results), titles, order());
    if (publish) {
      BenchmarksPage.write(PAGE, Machine.read(results), comparison);
      BenchmarksPage.replaceFigures(README, comparison.table(CHOSEN, Set.of(Metric.RATE)));
    } else {
      console.out().write(comparison.table().getBytes(StandardCharsets.UTF_8));
      console.out().flush();
    }
  }

  /** Moves earlier results aside, unless they are to be completed. */
  private void prepareResults() throws IOException {
    Path home = results.toAbsolutePath().getParent();
    if (home == null) {
      throw new IllegalArgumentException("results=" + results + ": is no file");
    }
    Files.createDirectories(home);
    if (resume && LocalFiles.exists(results)) {
      return;
    }
    if (LocalFiles.exists(results)) {
      Path earlier = results.resolveSibling(results.getFileName() + ".earlier");
      Files.move(results, earlier, StandardCopyOption.REPLACE_EXISTING);
    }
    Machine.write(results, command(), home);
  }

  /** The command that measures the same again, with the default files. */
  private String command() {
    StringBuilder command = new StringBuilder("dev/compare --profile=" + profile.label());
    command.append(" --rounds=").append(rounds).append(" --stores=");
    command.append(contenders.stream().map(Contender::label).collect(Collectors.joining(",")));
    if (scale != null || seconds != null) {
      command.append(String.format(Locale.ROOT, " --scale=%s --seconds=%s", scale(), seconds()));
    }
    List<String> named = workloads;
    return command + (named == null ? "" : " --workload=" + String.join(",", named));
  }

  /** A contender by its name. */
  static final class ContenderName implements ITypeConverter<Contender> {
    @Override
    public Contender convert(String name) {
      return Contender.of(name);
    }
  }
}
