package dev.firn.test.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Starts Jazzer in its own JVM and reads its output. The JVM's heap and native memory are small, so
 * that inputs which make the store take too much are found.
 *
 * <p><b>Ownership.</b> The JVM has ended when a method returns.
 */
final class Jazzer {

  /**
   * The result of a run.
   *
   * @param executions number of inputs that were run
   * @param coverage Jazzer's description of what was reached
   * @param failure of an input, if one failed
   */
  record Result(long executions, String coverage, Optional<AssertionError> failure) {}

  private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
  private static final String LOG = "jazzer.txt";
  private static final String LAST = "last";

  /** An input that takes this long hangs. */
  private static final int TIMEOUT_SECONDS = 10;

  /** A JVM that runs this long is stuck. */
  private static final int MAX_MINUTES = 10;

  private static final Pattern EXECUTIONS =
      Pattern.compile("stat::number_of_executed_units: *(\\d+)");
  private static final Pattern COVERAGE = Pattern.compile("cov: \\d+ ft: \\d+ corp: \\S+");
  private static final Pattern TOKEN = Pattern.compile("DEDUP_TOKEN: *([0-9a-f]+)");
  private static final Pattern PROBLEM =
      Pattern.compile("== (?:Java Exception|libFuzzer crashing input): *(.*)|ERROR: (.*)");

  private final String target;
  private final Path folder;

  /**
   * @param folder receives failed inputs, the last input, and Jazzer's output
   */
  Jazzer(String target, Path folder) {
    this.target = target;
    this.folder = folder;
  }

  static boolean isThere() {
    return Jazzer.class.getClassLoader().getResource(MAIN.replace('.', '/') + ".class") != null;
  }

  /** The tokens of known findings, from folders within this one. */
  static List<String> tokens(Path found) throws IOException {
    List<String> tokens = new ArrayList<>();
    try (Stream<Path> logs = Files.walk(found)) {
      for (Path log : (Iterable<Path>) logs.filter(file -> file.endsWith(LOG))::iterator) {
        all(TOKEN, text(log)).forEach(tokens::add);
      }
    }
    return tokens;
  }

  static List<Path> inputs(Path found) throws IOException {
    try (Stream<Path> files = Files.list(found)) {
      return files
          .filter(file -> file.getFileName().toString().matches("(crash|timeout|oom|died)-.*"))
          .sorted()
          .toList();
    }
  }

  /**
   * Searches for inputs that fail, starting from a corpus, which receives those that reach new
   * code.
   */
  Result fuzz(Path corpus, int seconds, long seed, List<String> known)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-max_total_time=" + seconds,
                "-seed=" + (seed & 0x7fff_ffff),
                "-max_len=" + FuzzEntry.MAX_BYTES,
                "--ignore=" + String.join(",", known)));
    arguments.add(corpus.toString());
    return run(arguments);
  }

  Result replay(List<Path> inputs) throws IOException, InterruptedException {
    return run(inputs.stream().map(Path::toString).toList());
  }

  private Result run(List<String> arguments) throws IOException, InterruptedException {
    Path log = folder.resolve(LOG);
    List<String> command = command();
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended;
    try {
      ended = process.waitFor(MAX_MINUTES, TimeUnit.MINUTES);
    } finally {
      process.destroyForcibly().waitFor();
    }
    int code = process.exitValue();
    String said = text(log);
    long executions = last(EXECUTIONS, said).map(Long::parseLong).orElse(0L);
    String coverage = last(COVERAGE, said).orElse("no coverage");
    return new Result(
        executions,
        coverage,
        ended && code == 0 ? Optional.empty() : Optional.of(failure(code, said)));
  }

  private List<String> command() {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-ea",
            "-Xmx512m",
            "-XX:MaxDirectMemorySize=128m",
            "-XX:+UseSerialGC",
            // Jazzer needs these.
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:ErrorFile=" + folder.resolve("hs_err.txt"),
            "-D" + FuzzEntry.TARGET + "=" + target,
            "-D" + FuzzEntry.LAST + "=" + folder.resolve(LAST),
            "-cp",
            System.getProperty("java.class.path"),
            MAIN,
            "--target_class=" + FuzzEntry.class.getName(),
            "--instrumentation_includes=dev.firn.**" + File.pathSeparator + "net.jpountz.lz4.**",
            "--instrumentation_excludes=dev.firn.test.**",
            "--custom_hook_includes=dev.firn.**",
            "--reproducer_path=" + folder,
            "-artifact_prefix=" + folder + File.separator,
            "-timeout=" + TIMEOUT_SECONDS,
            // All lengths from the start: one patch is short, many are long.
            "-len_control=0",
            "-rss_limit_mb=2048",
            "-print_final_stats=1"));
  }

  /** Jazzer's message and the input, from wherever there is one. */
  private AssertionError failure(int code, String said) throws IOException {
    List<Path> inputs = inputs(folder);
    if (inputs.isEmpty() && Files.exists(folder.resolve(LAST))) {
      ByteBuffer last = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(LAST)));
      byte[] input = new byte[Math.clamp(last.getInt(), 0, FuzzEntry.MAX_BYTES)];
      last.get(input);
      inputs = List.of(Files.write(folder.resolve("died-" + Arrays.hashCode(input)), input));
    }
    String problem = last(PROBLEM, said).orElse("Jazzer ended with code " + code);
    return new AssertionError(target + ": " + problem + ", input " + inputs + "\n" + end(said));
  }

  /** The stack trace, which is near the end. */
  private static String end(String said) {
    int from = Math.max(said.lastIndexOf("== Java Exception"), said.lastIndexOf("ERROR: "));
    return said.substring(Math.max(0, from == -1 ? said.length() - 4000 : from))
        .lines()
        .limit(60)
        .reduce("", (a, b) -> a + b + "\n");
  }

  private static Optional<String> last(Pattern pattern, String text) {
    return all(pattern, text).reduce((a, b) -> b);
  }

  private static Stream<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(Jazzer::group);
  }

  /** The group that matched, or the whole match. */
  private static String group(MatchResult match) {
    for (int i = 1; i <= match.groupCount(); i++) {
      if (match.group(i) != null) {
        return match.group(i);
      }
    }
    return match.group();
  }

  private static String text(Path log) throws IOException {
    return new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1);
  }
}
