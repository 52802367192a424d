package dev.firn.test.errors;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts an {@link ErrorChild} with the agent, again when it is full of threads that hang, and
 * collects what it says.
 */
final class ErrorProcess {

  /**
   * What came of it.
   *
   * @param rounds how many rounds were run
   * @param fired how many errors were thrown
   * @param missed how many errors were tried several times and not reached
   * @param planned how many errors there were to throw, without those thrown before
   * @param events how many stacks with events each role has
   * @param findings what is wrong
   */
  record Result(
      long rounds,
      long fired,
      long missed,
      long planned,
      List<String> events,
      List<String> findings) {

    Result plus(Result other) {
      return new Result(
          rounds + other.rounds,
          fired + other.fired,
          missed + other.missed,
          planned + other.planned,
          events,
          Stream.concat(findings.stream(), other.findings.stream()).toList());
    }
  }

  /**
   * A part of all errors.
   *
   * @param sweep in each sweep, another event of each stack is the one
   * @param parts how many parts the errors of a sweep are divided into
   * @param part which of them, from 0
   */
  record Part(long sweep, int parts, int part) {}

  private final Path directory;
  private long rounds;
  private long fired;
  private long missed;
  private long planned = -1;
  private List<String> events = List.of();
  private final List<String> findings = new ArrayList<>();
  private @Nullable Path done;
  private boolean stopped;

  private ErrorProcess(Path directory) {
    this.directory = directory;
  }

  /**
   * Throws the errors of a part, in several processes at once. Those that were thrown are
   * remembered in the directory, and thrown again by the first call after all were.
   *
   * @param directory for the agent, what the children say on their error output, the stacks, and
   *     what is done
   */
  static Result runAll(Path directory, Part part, int processes, long seconds) throws Exception {
    String name = "sweep-" + part.sweep + "-part-" + part.part + "-of-" + part.parts;
    Path done = directory.resolve(name + ".done");
    Path complete = directory.resolve(name + ".complete");
    if (Files.deleteIfExists(complete)) {
      Files.deleteIfExists(done);
    }
    Path stacks = directory.resolve("stacks-" + part.sweep);
    String sweep = Long.toString(part.sweep);
    if (processes > 1) {
      new ErrorProcess(directory).run(List.of("survey", stacks.toString(), sweep));
    }
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<String> arguments =
        List.of("all", stacks.toString(), sweep, part.parts + "", part.part + "", processes + "");
    List<Result> results = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(processes)) {
      List<Future<Result>> shares = new ArrayList<>();
      for (int i = 0; i < processes; i++) {
        int share = i;
        shares.add(
            executor.submit(
                () -> {
                  ErrorProcess process = new ErrorProcess(directory);
                  process.done = done;
                  process.runShare(arguments, share, end);
                  return process.result();
                }));
      }
      for (Future<Result> share : shares) {
        results.add(share.get());
      }
    }
    Result all = results.stream().reduce(Result::plus).orElseThrow();
    if (all.fired + all.missed == all.planned) {
      Files.createFile(complete);
    }
    return all;
  }

  private void runShare(List<String> arguments, int share, long end) throws Exception {
    do {
      long left = (end - System.nanoTime()) / 1_000_000_000L;
      List<String> words = new ArrayList<>(arguments);
      words.addAll(List.of(share + "", left + "", String.valueOf(done)));
      run(words);
    } while (stopped && System.nanoTime() < end);
  }

  /** Throws these errors. */
  static Result run(Path directory, List<Injection> injections) throws Exception {
    ErrorProcess process = new ErrorProcess(directory);
    process.run(injections.stream().map(Injection::toString).toList());
    return process.result();
  }

  private Result result() {
    return new Result(rounds, fired, missed, planned, List.copyOf(events), List.copyOf(findings));
  }

  private void run(List<String> arguments) throws Exception {
    stopped = false;
    Path errors = directory.resolve("errors.txt");
    Path agent = agent();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-javaagent:" + agent,
            "-ea",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=0.05", // each process runs everything a few hundred times
            "-XX:ActiveProcessorCount=8", // so several writers are in the pipeline at once
            "--illegal-native-access=deny",
            "--sun-misc-unsafe-memory-access=deny",
            "-cp",
            System.getProperty("java.class.path"),
            ErrorChild.class.getName()));
    command.addAll(arguments);
    Process child =
        new ProcessBuilder(command).redirectError(Redirect.appendTo(errors.toFile())).start();
    try (BufferedReader lines =
        new BufferedReader(
            new java.io.InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        read(line, lines);
      }
    } finally {
      child.destroyForcibly();
    }
    Files.delete(agent);
    int code = child.waitFor();
    if (code != 0) {
      throw new AssertionError("the child ended with " + code + ":\n" + Files.readString(errors));
    }
  }

  private void read(String line, BufferedReader lines) throws IOException {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case ErrorChild.EVENTS -> events = List.of(words).subList(1, words.length);
      case ErrorChild.FINDING -> findings.add(block(line, lines));
      case ErrorChild.PLANNED -> planned = planned < 0 ? Long.parseLong(words[1]) : planned;
      case ErrorChild.DONE -> {
        rounds++;
        fired += words.length - 1;
        remember(line.substring(ErrorChild.DONE.length()));
      }
      case ErrorChild.MISSED -> {
        missed += words.length - 1;
        remember(line.substring(ErrorChild.MISSED.length()));
      }
      case ErrorChild.STOPPED -> stopped = true;
      default -> throw new AssertionError("the child says " + line);
    }
  }

  private void remember(String orders) throws IOException {
    Path file = done;
    if (file != null && !orders.isEmpty()) {
      Files.writeString(file, orders + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static String block(String first, BufferedReader lines) throws IOException {
    StringBuilder text = new StringBuilder(first);
    for (String line = lines.readLine();
        line != null && !line.equals(ErrorChild.END);
        line = lines.readLine()) {
      text.append('\n').append(line);
    }
    return text.toString();
  }

  /** A jar that names the agent, which is on the class path. */
  private Path agent() throws IOException {
    Path jar = Files.createTempFile(directory, "agent", ".jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(new Attributes.Name("Premain-Class"), EventAgent.class.getName());
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }
}
