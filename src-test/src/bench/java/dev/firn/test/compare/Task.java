package dev.firn.test.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What one JVM of the comparison does, and what it is told on its command line.
 *
 * @param workloads of the stage, in its order
 * @param folder where stores go; the task's own, deleted afterwards
 * @param results the file that results are added to
 */
record Task(
    Contender contender,
    Stage stage,
    List<Workload> workloads,
    int round,
    Settings settings,
    Path folder,
    Path results) {

  /** For people. */
  String label() {
    return contender.label() + " " + round;
  }

  List<String> toArguments() {
    return List.of(
        contender.label(),
        stage.name(),
        workloads.stream().map(Workload::label).collect(Collectors.joining(",")),
        Integer.toString(round),
        Long.toString(settings.num()),
        Integer.toString(settings.valueBytes()),
        Double.toString(settings.seconds()),
        Long.toString(settings.seed()),
        folder.toString(),
        results.toString());
  }

  static Task ofArguments(String[] arguments) {
    return new Task(
        Contender.of(arguments[0]),
        Stage.valueOf(arguments[1]),
        Arrays.stream(arguments[2].split(",")).map(Workload::of).toList(),
        Integer.parseInt(arguments[3]),
        new Settings(
            Long.parseLong(arguments[4]),
            Integer.parseInt(arguments[5]),
            Double.parseDouble(arguments[6]),
            Long.parseLong(arguments[7])),
        Path.of(arguments[8]),
        Path.of(arguments[9]));
  }
}
