package dev.firn.test.real;

import dev.firn.test.RealDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Processes that lose mapped pages, see {@link LostPagesChild}. How a JVM handles the fault depends
 * on its origin: the interpreter, the code of either compiler, or a stub.
 */
final class LostPagesProcesses {

  private static final List<List<String>> MODES =
      List.of(
          List.of(),
          List.of("-XX:TieredStopAtLevel=1"),
          List.of("-XX:-TieredCompilation"),
          List.of("-Xint"));

  private static final int PATIENCE_SECONDS = 60;

  private long rounds;
  private long failures;

  long rounds() {
    return rounds;
  }

  /** Number of operations that met a lost page, each ending in a {@code FirnException}. */
  long failures() {
    return failures;
  }

  static int modes() {
    return MODES.size();
  }

  /**
   * Runs one process.
   *
   * @param folder for its files and, if it dies, its report
   * @param mode the mode of its JVM, below {@link #modes}
   */
  void run(Path folder, long seed, int mode, long millis) throws Exception {
    Path stores = Files.createDirectory(folder.resolve("stores"));
    Path errors = folder.resolve("errors.txt");
    Process child =
        new ProcessBuilder(command(folder, stores, seed, mode, millis))
            .redirectError(errors.toFile())
            .start();
    try {
      String counts = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || child.exitValue() != 0) {
        throw new AssertionError(
            MODES.get(mode) + ", see " + folder + "\n" + counts + Files.readString(errors));
      }
      String[] words = counts.strip().split(" ");
      rounds += Long.parseLong(words[0]);
      failures += Long.parseLong(words[1]);
    } finally {
      child.destroyForcibly();
    }
    RealDisk.delete(stores);
    Files.delete(errors);
  }

  private static List<String> command(Path folder, Path stores, long seed, int mode, long millis)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(MODES.get(mode));
    command.addAll(List.of("-ea", "-Xmx256m", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
    command.add("-XX:ErrorFile=" + folder.resolve("hs_err.log"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            LostPagesChild.class.getName(),
            stores.toString(),
            Long.toString(seed),
            Long.toString(millis)));
    return command;
  }
}
