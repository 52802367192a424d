package dev.firn.test.compare;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.console.Quantity;
import dev.firn.test.compare.workload.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Starts a JVM for each task, one after the other, all with the same flags; some in a memory
 * cgroup.
 */
final class Launcher {

  private static final List<String> JVM_ARGUMENTS = List.of("--enable-native-access=ALL-UNNAMED");

  private static final String HEAP = "-Xmx4g";
  private static final String LIMITED_HEAP = "-Xmx400m";

  private final Console console;
  private final @Nullable String prefix;
  private final boolean preparesSystem;

  /**
   * A launcher.
   *
   * @param prefix a command that starts its arguments as a command, or null
   * @param preparesSystem whether tasks begin with a full page cache, and nothing to be written
   */
  Launcher(Console console, @Nullable String prefix, boolean preparesSystem) {
    this.console = console;
    this.prefix = prefix;
    this.preparesSystem = preparesSystem;
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
      if (preparesSystem) {
        cache.fill();
        new ProcessBuilder("sync").inheritIO().start().waitFor();
      }
      long began = System.nanoTime();
      OptionalInt code = start(task);
      if (code.isEmpty()) {
        console.err().println(task.stage() + ": skipped: no memory cgroup can be made");
        continue;
      }
      LocalFiles.deleteTree(task.folder());
      String outcome =
          code.getAsInt() == 0
              ? Quantity.nanos(System.nanoTime() - began)
              : "failed with exit code " + code.getAsInt();
      console
          .err()
          .printf(
              "%d/%d  round %d  %-12s %-12s %s%n",
              i + 1, tasks.size(), task.round(), task.stage(), task.contender().label(), outcome);
      complete &= code.getAsInt() == 0;
    }
    return complete;
  }

  /** Empty if the task needs a limit of memory and there is none. */
  private OptionalInt start(Task task) throws IOException, InterruptedException {
    long bytes = task.scaledStage().memoryBytes();
    if (bytes == StoreSettings.UNLIMITED) {
      return OptionalInt.of(run(task, List.of(), HEAP));
    }
    Optional<MemoryLimit> made = MemoryLimit.of(bytes);
    if (made.isEmpty()) {
      return OptionalInt.empty();
    }
    try (MemoryLimit limit = made.get()) {
      return OptionalInt.of(run(task, limit.prefix(), LIMITED_HEAP));
    }
  }

  private int run(Task task, List<String> within, String heap)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command(task, within, heap)).inheritIO().start();
    Thread stopper = new Thread(process::destroy, "compare-stop");
    Runtime.getRuntime().addShutdownHook(stopper);
    try {
      return process.waitFor();
    } finally {
      Runtime.getRuntime().removeShutdownHook(stopper);
    }
  }

  private List<String> command(Task task, List<String> within, String heap) {
    List<String> command = new ArrayList<>(within);
    if (prefix != null) {
      command.addAll(List.of(prefix.split(" +")));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(heap);
    command.addAll(JVM_ARGUMENTS);
    command.addAll(task.contender().jvmArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dfirn.terminal=" + console.showsProgress());
    command.add(Child.class.getName());
    command.addAll(task.toArguments());
    return command;
  }
}
