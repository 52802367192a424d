package dev.firn.cli.demo;

import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The process that writes and is killed: the same program, with the hidden command {@code ingest}.
 *
 * <p><b>Ownership.</b> The starter closes it; that kills the process if it still runs.
 */
final class Child implements AutoCloseable {

  private static final String MAIN = "dev.firn.cli.Main";

  private final Process process;

  private Child(Process process) {
    this.process = process;
  }

  /** Starts the process on a store. It shares stderr with this process. */
  static Child start(Path store, int writers) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!isAgent(flag)) {
        command.add(flag);
      }
    }
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, "ingest"));
    command.addAll(List.of(store.toString(), "--writers", Integer.toString(writers)));
    try {
      return new Child(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED, "the demo's child process cannot be started: " + e.getMessage(), e);
    }
  }

  private static boolean isAgent(String flag) {
    return flag.startsWith("-agent") || flag.startsWith("-javaagent") || flag.startsWith("-Xrun");
  }

  Process process() {
    return process;
  }

  /**
   * Kills the process with SIGKILL. Through its handle: {@link Process#destroyForcibly} would close
   * the pipe, which still holds acknowledgements.
   */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly(); // closes the pipes too
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
