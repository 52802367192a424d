package dev.firn.test.errors;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Starts an {@link ErrorChild} with the agent, again when it is full of threads that hang, and
 * collects what it says.
 */
final class ErrorProcess {

  /**
   * What came of it.
   *
   * @param rounds how many rounds were run
   * @param fired in how many of them an error was thrown
   * @param events how many stacks with events each role has
   * @param findings what is wrong
   */
  record Result(long rounds, long fired, List<String> events, List<String> findings) {}

  private final Path directory;
  private long rounds;
  private long fired;
  private List<String> events = List.of();
  private final List<String> findings = new ArrayList<>();
  private long from;
  private boolean stopped;

  private ErrorProcess(Path directory) {
    this.directory = directory;
  }

  /**
   * Throws errors in a part of all stacks in which there are events.
   *
   * @param directory for the agent and for what the child says on its error output
   * @param parts how many parts all errors are divided into
   * @param number which part, and in which sweep: after {@code parts} numbers, another event of
   *     each stack is the one
   */
  static Result runAll(Path directory, int parts, long number, long seconds) throws Exception {
    ErrorProcess process = new ErrorProcess(directory);
    process.from = Long.MIN_VALUE;
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    do {
      long left = (end - System.nanoTime()) / 1_000_000_000L;
      process.run(List.of("all", parts + "", number + "", left + "", process.from + ""));
    } while (process.stopped && System.nanoTime() < end);
    return process.result();
  }

  /** Throws these errors. */
  static Result run(Path directory, List<Injection> injections) throws Exception {
    ErrorProcess process = new ErrorProcess(directory);
    process.run(injections.stream().map(Injection::toString).toList());
    return process.result();
  }

  private Result result() {
    return new Result(rounds, fired, List.copyOf(events), List.copyOf(findings));
  }

  private void run(List<String> arguments) throws Exception {
    stopped = false;
    Path errors = directory.resolve("errors.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-javaagent:" + agent(),
            "-ea",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
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
      case ErrorChild.ROUNDS -> {
        rounds += Long.parseLong(words[1]);
        fired += Long.parseLong(words[2]);
      }
      case ErrorChild.STOPPED -> {
        stopped = true;
        from = Long.parseLong(words[1]);
      }
      default -> throw new AssertionError("the child says " + line);
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
    Path jar = directory.resolve("agent.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(new Attributes.Name("Premain-Class"), EventAgent.class.getName());
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }
}
