package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Runs a text file of commands, each with its input and the output it must have.
 *
 * <pre>
 *  # a comment
 *  command argument argument
 *  input
 *  ----
 *  output
 *                      (an empty line)
 * </pre>
 *
 * With {@code -Drewrite=true} the file gets the output that the commands have; the difference is
 * what is reviewed.
 */
final class Script {

  private static final Path FOLDER = Path.of("src/test/resources/dev/firn/compaction");

  /** A command line and the lines of its input. */
  record Command(String name, List<String> arguments, List<String> input) {

    String argument(int i) {
      return arguments.get(i);
    }
  }

  private Script() {}

  static void run(String file, Function<Command, String> execute) throws IOException {
    Path path = FOLDER.resolve(file);
    String before = Files.readString(path);
    String after = rerun(List.of(before.split("\n", -1)), execute);
    if (Boolean.getBoolean("rewrite")) {
      Files.writeString(path, after);
    }
    assertEquals(after, Files.readString(path), file);
  }

  private static String rerun(List<String> lines, Function<Command, String> execute) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < lines.size()) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        out.append(line).append(i + 1 < lines.size() ? "\n" : "");
        i++;
        continue;
      }
      List<String> input = new ArrayList<>();
      int at = i + 1;
      while (!lines.get(at).equals("----")) {
        input.add(lines.get(at++));
      }
      for (String copied : lines.subList(i, at + 1)) {
        out.append(copied).append('\n');
      }
      List<String> words = List.of(line.trim().split("\\s+"));
      String output =
          execute.apply(new Command(words.getFirst(), words.subList(1, words.size()), input));
      out.append(output).append(output.isEmpty() || output.endsWith("\n") ? "" : "\n");
      i = at + 1;
      while (i < lines.size() && !lines.get(i).isBlank()) {
        i++;
      }
    }
    return out.toString();
  }
}
