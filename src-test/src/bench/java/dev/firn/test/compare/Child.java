package dev.firn.test.compare;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.LocalFiles;
import java.util.List;

/**
 * One JVM of the comparison, started by {@link Compare}: warms up with the same trials on a small
 * store, runs them on the real one, and appends what it measured to the results.
 */
final class Child {

  private Child() {}

  /** Runs the task in {@link Task#ofArguments the arguments}. */
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
