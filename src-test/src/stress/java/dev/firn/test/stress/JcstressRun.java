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
 * A run of jcstress, in a process of its own that starts more of them.
 *
 * <p><b>Threading.</b> One thread.
 */
final class JcstressRun {

  /** Two sets of flags, and what runs each of two actors: the interpreter, C1 or C2. */
  private static final int VARIANTS = 2 * 7;

  /** What starting a process costs beside what it does. */
  private static final double START_SECONDS = 1.5;

  private static final double SHORTEST_SECONDS = 0.1;

  /** The first keeps results in cache lines of their own; jcstress does so only from one jar. */
  private static final String FLAGS = "-XX:-RestrictContended --enable-native-access=ALL-UNNAMED";

  private final Pattern only;
  private final Path folder;
  private final List<String> tests;

  /**
   * @param only what the names of the tests have in them
   * @param folder where the report goes
   */
  JcstressRun(Pattern only, Path folder) {
    this.only = only;
    this.folder = folder;
    this.tests = TestList.tests().stream().filter(test -> only.matcher(test).find()).toList();
  }

  /** The names of the tests. */
  List<String> tests() {
    return tests;
  }

  /** Runs them all for about so long; whether there was nothing that is forbidden. */
  boolean passes(double minutes) throws IOException, InterruptedException {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      // It would leave out all tests, and pass.
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

  /** Ours, as it is called from the folder of the report, where jcstress puts all its files. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
