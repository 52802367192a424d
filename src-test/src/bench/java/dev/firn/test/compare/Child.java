package dev.firn.test.compare;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import java.util.List;

/**
 * One JVM of the comparison: warms up with the same workloads on a small store, runs them on the
 * real one, and adds what it measured to the results. For {@link Compare} to start.
 */
final class Child {

  private Child() {}

  /** Does what {@link Task#ofArguments} makes of its arguments. */
  public static void main(String[] args) throws InterruptedException {
    Task task = Task.ofArguments(args);
    Console console = Console.ofProcess();
    try (ProcessMemory memory = ProcessMemory.watching()) {
      Settings small = task.settings().forWarmUp();
      new StageRun(task, small, console, memory).run(task.folder());
      System.gc();
      List<Result> results =
          new StageRun(task, task.settings(), console, memory).run(task.folder());
      Result.append(task.results(), results);
    } finally {
      LocalFiles.deleteTree(task.folder());
    }
  }
}
