package dev.firn.test.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The order of everything: round by round, in a round stage by stage, in a stage contender by
 * contender, so that what is compared is measured within minutes. In every round another contender
 * is the first.
 */
record Rounds(
    List<Contender> contenders,
    Set<Workload> wanted,
    Settings settings,
    Path folder,
    Path results) {

  /** What is to be done for so many rounds, without what is done. */
  List<Task> tasks(int rounds, List<Result> done) {
    List<Task> tasks = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      List<Contender> order = new ArrayList<>(contenders);
      Collections.rotate(order, 1 - round);
      for (Stage stage : Stage.values()) {
        for (Contender contender : order) {
          Task task = task(contender, stage, round);
          if (!task.workloads().isEmpty() && !isDone(task, done)) {
            tasks.add(task);
          }
        }
      }
    }
    return tasks;
  }

  private Task task(Contender contender, Stage stage, int round) {
    return new Task(contender, stage, stage.workloads(wanted), round, settings, folder, results);
  }

  /** Results come all at once; in between some are missing, of what a contender cannot do. */
  private static boolean isDone(Task task, List<Result> done) {
    return isDone(task, task.workloads().getFirst(), done)
        && isDone(task, task.workloads().getLast(), done);
  }

  private static boolean isDone(Task task, Workload workload, List<Result> done) {
    return done.stream()
        .anyMatch(
            result ->
                result.contender() == task.contender()
                    && result.round() == task.round()
                    && Size.of(result).equals(task.settings().size())
                    && result.workload() == workload);
  }
}
