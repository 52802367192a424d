package dev.firn.test.stress;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * A run of jcstress in its own process, which starts more of them.
 *
 * <p><b>Threading.</b> One thread.
 */
final class JcstressRun {

  /** Two sets of flags; each of two actors runs in the interpreter, C1 or C2. */
  private static final int VARIANTS = 2 * 7;

  /** Time for starting a process. */
  private static final double START_SECONDS = 1.5;

  private static final double SHORTEST_SECONDS = 0.1;

  /**
   * The first flag keeps results in cache lines of their own; jcstress sets it only if run from one
   * jar.
   */
  private static final String FLAGS = "-XX:-RestrictContended --enable-native-access=ALL-UNNAMED";

  private final Pattern only;
  private final Path folder;
  private final List<String> tests;

  /**
   * @param only selects tests by a part of their name
   * @param folder receives the report
   */
  JcstressRun(Pattern only, Path folder) {
    this.only = only;
    this.folder = folder;
    this.tests = TestList.tests().stream().filter(test -> only.matcher(test).find()).toList();
  }

  List<String> tests() {
    return tests;
  }

  /** Runs all tests in about this time; returns whether nothing forbidden happened. */
  boolean passes(double minutes) throws IOException, InterruptedException {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      // jcstress would leave out all tests, and pass.
      System.out.println("jcstress needs two processors");
      return false;
    }
    Files.createDirectories(folder);
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                Main.class.getName(),
                "-t",
                only.pattern(),
                "-f",
                "1",
                "-fsm",
                "1",
                "-iters",
                "1",
                "-time",
                Long.toString(millis(minutes)),
                "-jvmArgsPrepend",
                FLAGS,
                "-r",
                ".")
            .directory(folder.toFile())
            .inheritIO()
            .start();
    return process.waitFor() == 0;
  }

  private long millis(double minutes) {
    double seconds = minutes * 60 / (tests.size() * VARIANTS) - START_SECONDS;
    return (long) (Math.max(SHORTEST_SECONDS, seconds) * 1000);
  }

  /**
   * This JVM's class path with absolute entries, for a process that runs in the report's folder.
   */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
