package dev.firn.test.stress;

import dev.firn.test.stress.ModelChecks.Check;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the concurrency checks; {@code dev/stress} runs it. */
@Command(
    name = "dev/stress",
    description = {
      "Checks what threads see of each other's work: Lincheck explores their interleavings,",
      "then jcstress runs them against each other on this machine.",
      "The exit code is 1 when something is wrong."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class StressMain implements Callable<Integer> {

  private static final int WRONG = 1;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description = "approximate running time of jcstress, which needs two processors (10)")
  private double minutes;

  @Option(
      names = "--scenarios",
      paramLabel = "N",
      defaultValue = "20",
      description = "number of scenarios that Lincheck generates per class (20)")
  private int scenarios;

  @Option(
      names = "--interleavings",
      paramLabel = "N",
      defaultValue = "1000",
      description = "maximum number of interleavings per scenario (1000)")
  private int interleavings;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      defaultValue = "",
      description = "run the checks with a matching name only")
  private Pattern only = Pattern.compile("");

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "target/stress",
      description = "receives the report of jcstress (target/stress)")
  private Path folder = Path.of("target", "stress");

  @Option(names = "--list", description = "list the checks")
  private boolean list;

  public static void main(String[] args) {
    System.exit(new CommandLine(new StressMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Check> models = ModelChecks.all().stream().filter(check -> matches(check.name())).toList();
    JcstressRun jcstress = new JcstressRun(only, folder);
    if (list) {
      models.forEach(check -> System.out.println("Lincheck  " + check.name()));
      jcstress.tests().forEach(test -> System.out.println("jcstress  " + test));
      return CommandLine.ExitCode.OK;
    }
    if (models.isEmpty() && jcstress.tests().isEmpty()) {
      // A script that asked for it must not take this for a success.
      System.err.println("dev/stress: no check has a name with " + only + ": see --list");
      return CommandLine.ExitCode.USAGE;
    }
    List<String> wrong = new ArrayList<>();
    models.stream().filter(check -> !passes(check)).forEach(check -> wrong.add(check.name()));
    if (!jcstress.tests().isEmpty() && !jcstress.passes(minutes)) {
      wrong.add("jcstress, see " + folder.resolve("index.html"));
    }
    wrong.forEach(name -> System.out.println("WRONG: " + name));
    System.out.println(wrong.isEmpty() ? "nothing found" : "found, see above");
    return wrong.isEmpty() ? CommandLine.ExitCode.OK : WRONG;
  }

  private boolean matches(String name) {
    return only.matcher(name).find();
  }

  private boolean passes(Check check) {
    System.out.printf(
        "%s: %d scenarios, up to %d interleavings each ... ",
        check.name(), scenarios, interleavings);
    System.out.flush();
    long start = System.nanoTime();
    try {
      ModelChecks.run(check, scenarios, interleavings);
      System.out.printf("passed in %.1f s%n", (System.nanoTime() - start) / 1e9);
      return true;
    } catch (AssertionError | RuntimeException | LinkageError e) {
      System.out.println("WRONG");
      e.printStackTrace(System.out);
      return false;
    }
  }
}
