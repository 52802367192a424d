package dev.firn.test.compare;

import dev.firn.test.compare.report.Result;
import dev.firn.test.compare.store.Contender;
import dev.firn.test.compare.workload.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * The order of tasks: by round, then by stage, then by contender, so that what is compared is
 * measured within minutes. In every round another contender is the first.
 */
record Rounds(
    List<Contender> contenders,
    List<Stage> stages,
    Collection<String> wanted,
    double scale,
    double seconds,
    Path folder,
    Path results) {

  /** The tasks of all rounds, without those that are done. */
  List<Task> tasks(int rounds, List<Result> done) {
    List<Task> tasks = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      List<Contender> order = new ArrayList<>(contenders);
      Collections.rotate(order, 1 - round);
      for (Stage stage : stages) {
        List<String> workloads = stage.labels().stream().filter(wanted::contains).toList();
        if (workloads.isEmpty()) {
          continue;
        }
        for (Contender contender : order) {
          Task task =
              new Task(contender, stage.name(), workloads, round, scale, seconds, folder, results);
          if (!task.isDone(done)) {
            tasks.add(task);
          }
        }
      }
    }
    return tasks;
  }
}
