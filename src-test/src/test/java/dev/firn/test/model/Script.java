package dev.firn.test.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations, and the options to run them with: the n-th opening of the store uses the n-th
 * options, starting over after the last.
 *
 * <p>As text: lines of {@link Options}, then lines of {@link Operation}; {@code #} begins a comment
 * line.
 */
public record Script(List<Options> options, List<Operation> operations) {

  public Script {
    options = List.copyOf(options);
    operations = List.copyOf(operations);
  }

  static Script read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Script parse(String text) {
    List<Options> options = new ArrayList<>();
    List<Operation> operations = new ArrayList<>();
    for (String line : text.split("\n")) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith(Options.WORD)) {
        options.add(Options.parse(line));
      } else {
        operations.add(OperationParser.parse(line));
      }
    }
    return new Script(options.isEmpty() ? List.of(Options.DEFAULTS) : options, operations);
  }

  public Options optionsAt(int opening) {
    return options.get(opening % options.size());
  }

  public Script withOptions(List<Options> other) {
    return new Script(other, operations);
  }

  public Script withOperations(List<Operation> other) {
    return new Script(options, other);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    options.forEach(o -> text.append(o).append('\n'));
    operations.forEach(o -> text.append(o).append('\n'));
    return text.toString();
  }
}
