package dev.firn.test.compare;

import dev.firn.cli.console.LocalFiles;
import dev.firn.test.compare.report.Result;
import dev.firn.test.compare.workload.Stage;
import dev.firn.test.compare.workload.StageRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One JVM of the comparison, started by {@link Compare}: warms up with the same workloads on a
 * small store, runs them on the real one, and appends what it measured to the results.
 */
final class Child {

  /** Enough for the JIT compiler to have little left to do. */
  private static final long WARM_UP_BYTES = 50_000_000;

  private static final double WARM_UP_SECONDS = 1;

  private Child() {}

  /** Runs the task in {@link Task#ofArguments the arguments}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Task task = Task.ofArguments(args);
    Stage stage = task.scaledStage();
    try {
      if (task.seconds() > WARM_UP_SECONDS) {
        double small = (double) WARM_UP_BYTES / stage.size().bytes();
        run(task, stage.scaled(Math.min(1, small)), WARM_UP_SECONDS);
        System.gc();
      }
      Result.append(task.results(), results(task, run(task, stage, task.seconds())));
    } finally {
      LocalFiles.deleteTree(task.folder());
    }
  }

  private static Map<String, StageRun.Outcome> run(Task task, Stage stage, double seconds)
      throws IOException, InterruptedException {
    LocalFiles.deleteTree(task.folder());
    Files.createDirectories(task.folder());
    return new StageRun(stage, seconds, task.contender()::open, task::showProgress)
        .run(task.workloads(), task.folder());
  }

  private static List<Result> results(Task task, Map<String, StageRun.Outcome> outcomes) {
    List<Result> results = new ArrayList<>();
    outcomes.forEach(
        (label, outcome) ->
            results.add(
                new Result(
                    task.contender().label(),
                    task.round(),
                    label,
                    task.scaledStage().size().entries(),
                    outcome.metrics(),
                    outcome.workload().shown())));
    return results;
  }
}
