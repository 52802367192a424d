package dev.firn.test.compare;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.console.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts a JVM for each task, one after the other, all with the same flags. */
final class Launcher {

  private static final List<String> JVM_ARGUMENTS =
      List.of("-Xmx4g", "--enable-native-access=ALL-UNNAMED");

  private final Console console;
  private final @Nullable String prefix;

  /**
   * A launcher.
   *
   * @param prefix a command that starts its arguments as a command, or null
   */
  Launcher(Console console, @Nullable String prefix) {
    this.console = console;
    this.prefix = prefix;
  }

  /** Runs all tasks, whether earlier ones failed or not. */
  boolean run(List<Task> tasks) throws IOException, InterruptedException {
    if (tasks.isEmpty()) {
      return true;
    }
    try (PageCache cache = new PageCache(tasks.getFirst().results().resolveSibling("nothing"))) {
      return run(tasks, cache);
    }
  }

  private boolean run(List<Task> tasks, PageCache cache) throws IOException, InterruptedException {
    boolean complete = true;
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      cache.fill();
      long began = System.nanoTime();
      int code = run(task);
      LocalFiles.deleteTree(task.folder());
      String outcome =
          code == 0 ? Quantity.nanos(System.nanoTime() - began) : "failed with exit code " + code;
      console
          .err()
          .printf(
              "%d/%d  round %d  %-8s %-12s %s%n",
              i + 1,
              tasks.size(),
              task.round(),
              task.stage().label(),
              task.contender().label(),
              outcome);
      complete &= code == 0;
    }
    return complete;
  }

  private int run(Task task) throws IOException, InterruptedException {
    // The task must not wait for the writes of its predecessor.
    new ProcessBuilder("sync").inheritIO().start().waitFor();
    Process process = new ProcessBuilder(command(task)).inheritIO().start();
    Thread stopper = new Thread(process::destroy, "compare-stop");
    Runtime.getRuntime().addShutdownHook(stopper);
    try {
      return process.waitFor();
    } finally {
      Runtime.getRuntime().removeShutdownHook(stopper);
    }
  }

  private List<String> command(Task task) {
    List<String> command = new ArrayList<>();
    if (prefix != null) {
      command.addAll(List.of(prefix.split(" +")));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_ARGUMENTS);
    command.addAll(task.contender().jvmArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dfirn.terminal=" + console.showsProgress());
    command.add(Child.class.getName());
    command.addAll(task.toArguments());
    return command;
  }
}
