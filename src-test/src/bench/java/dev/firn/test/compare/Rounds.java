package dev.firn.test.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The order of tasks: by round, then by stage, then by contender, so that what is compared is
 * measured within minutes. In every round another contender is the first.
 */
record Rounds(
    List<Contender> contenders, Set<Trial> wanted, Settings settings, Path folder, Path results) {

  /** The tasks of all rounds, without those that are done. */
  List<Task> tasks(int rounds, List<Result> done) {
    List<Task> tasks = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      List<Contender> order = new ArrayList<>(contenders);
      Collections.rotate(order, 1 - round);
      for (Stage stage : Stage.values()) {
        for (Contender contender : order) {
          Task task = task(contender, stage, round);
          if (!task.trials().isEmpty() && !isDone(task, done)) {
            tasks.add(task);
          }
        }
      }
    }
    return tasks;
  }

  private Task task(Contender contender, Stage stage, int round) {
    return new Task(contender, stage, stage.trials(wanted), round, settings, folder, results);
  }

  /**
   * The results of a task are appended at once. Only those of trials that the contender does not
   * support are missing, never the first or last.
   */
  private static boolean isDone(Task task, List<Result> done) {
    return isDone(task, task.trials().getFirst(), done)
        && isDone(task, task.trials().getLast(), done);
  }

  private static boolean isDone(Task task, Trial trial, List<Result> done) {
    return done.stream()
        .anyMatch(
            result ->
                result.contender() == task.contender()
                    && result.round() == task.round()
                    && Size.of(result).equals(task.settings().size())
                    && result.trial() == trial);
  }
}
