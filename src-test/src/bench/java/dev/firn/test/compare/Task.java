package dev.firn.test.compare;

import dev.firn.test.compare.report.Result;
import dev.firn.test.compare.store.Contender;
import dev.firn.test.compare.workload.Stage;
import dev.firn.test.compare.workload.Stages;
import java.nio.file.Path;
import java.util.List;

/**
 * What one JVM of the comparison does.
 *
 * @param stage its name
 * @param workloads labels of those that are wanted
 * @param scale of the entry count of the stage
 * @param seconds duration of timed workloads
 * @param folder where stores are made; deleted afterwards
 * @param results the file to which results are appended
 */
record Task(
    Contender contender,
    String stage,
    List<String> workloads,
    int round,
    double scale,
    double seconds,
    Path folder,
    Path results) {

  Stage scaledStage() {
    return Stages.of(stage).scaled(scale);
  }

  /** A line for each workload, if anything reads it. */
  void showProgress(String workload) {
    if (Boolean.getBoolean("firn.terminal")) {
      System.err.printf("  %s %d: %-40s\r", contender.label(), round, workload);
    }
  }

  /** Whether these are results of all its workloads. The results of a task are appended at once. */
  boolean isDone(List<Result> done) {
    long entries = scaledStage().size().entries();
    return workloads.stream()
        .allMatch(
            workload ->
                done.stream()
                    .anyMatch(
                        result ->
                            result.store().equals(contender.label())
                                && result.round() == round
                                && result.entries() == entries
                                && result.workload().equals(workload)));
  }

  List<String> toArguments() {
    return List.of(
        contender.label(),
        stage,
        String.join(",", workloads),
        Integer.toString(round),
        Double.toString(scale),
        Double.toString(seconds),
        folder.toString(),
        results.toString());
  }

  static Task ofArguments(String[] arguments) {
    return new Task(
        Contender.of(arguments[0]),
        arguments[1],
        List.of(arguments[2].split(",")),
        Integer.parseInt(arguments[3]),
        Double.parseDouble(arguments[4]),
        Double.parseDouble(arguments[5]),
        Path.of(arguments[6]),
        Path.of(arguments[7]));
  }
}
