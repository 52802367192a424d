package dev.firn.test.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What one JVM of the comparison does.
 *
 * @param trials of the stage, in order
 * @param folder where stores are made; deleted afterwards
 * @param results the file to which results are appended
 */
record Task(
    Contender contender,
    Stage stage,
    List<Trial> trials,
    int round,
    Settings settings,
    Path folder,
    Path results) {

  /** The name on progress lines. */
  String label() {
    return contender.label() + " " + round;
  }

  List<String> toArguments() {
    return List.of(
        contender.label(),
        stage.name(),
        trials.stream().map(Trial::label).collect(Collectors.joining(",")),
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
        Arrays.stream(arguments[2].split(",")).map(Trial::of).toList(),
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
