package dev.firn.test.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM with a small heap, possibly in a container.
 *
 * @param exitCode how it ended; 137 when it was killed
 * @param output what it printed
 */
record SmallProcess(int exitCode, String output) {

  /** Runs a class of this package, which must end within the time. */
  static SmallProcess run(
      @Nullable ControlGroup group, String heap, Class<?> main, Duration limit, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(group == null ? List.of() : group.prefix());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-ea",
            heap,
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("firn-small", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      return new SmallProcess(process.exitValue(), ended ? text : "too slow: " + text);
    } finally {
      Files.delete(output);
    }
  }
}
