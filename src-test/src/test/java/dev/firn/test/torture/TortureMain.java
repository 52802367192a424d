package dev.firn.test.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line of the long tier; {@code dev/torture} runs it. */
@Command(
    name = "dev/torture",
    description = {
      "Runs the long tests of the store and adds to the counts of earlier runs.",
      "The exit code is 1 while there are findings of this or an earlier run."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class TortureMain implements Callable<Integer> {

  private static final int FINDINGS = 1;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description = "running time, shared by the campaigns (10)")
  private double minutes;

  @Option(
      names = "--campaign",
      paramLabel = "NAME",
      arity = "1..*",
      description = "the campaigns to run; by default all that this machine can run")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "list the campaigns")
  private boolean list;

  @Option(
      names = "--slice",
      paramLabel = "N",
      description = "repeat this slice of one campaign, to see whether its finding is gone")
  private @Nullable Long slice;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "target/torture",
      description = "keeps counts and findings (target/torture)")
  private Path folder = Path.of("target", "torture");

  private final List<Campaign> known =
      ServiceLoader.load(Campaign.class).stream().map(ServiceLoader.Provider::get).toList();

  private final Map<String, String> obstacles = new LinkedHashMap<>();

  /** The tests make stores fail thousands of times; their log is of no interest. */
  private static final Logger STORES = Logger.getLogger("dev.firn");

  public static void main(String[] args) {
    STORES.setLevel(Level.OFF);
    System.exit(new CommandLine(new TortureMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (list) {
      known.forEach(this::describe);
      return CommandLine.ExitCode.OK;
    }
    List<Campaign> chosen = chosen();
    try (CampaignProgress progress =
        new CampaignProgress(System.err, chosen, System.console() != null)) {
      Torture torture = new Torture(folder, chosen, progress);
      return slice == null ? run(torture, chosen) : replay(torture, chosen, slice);
    }
  }

  private void describe(Campaign campaign) {
    System.out.printf("%-14s %s%n", campaign.name(), campaign.description());
    campaign.obstacle().ifPresent(why -> System.out.printf("%-14s cannot run: %s%n", "", why));
  }

  private int run(Torture torture, List<Campaign> chosen) throws IOException {
    torture.run(Duration.ofMillis((long) (minutes * 60_000)));
    System.out.println();
    System.out.print(new Summary(torture, chosen, obstacles).text());
    return torture.findings().open().isEmpty() ? CommandLine.ExitCode.OK : FINDINGS;
  }

  private int replay(Torture torture, List<Campaign> chosen, long number) throws IOException {
    if (chosen.size() != 1) {
      throw usage("--slice needs one --campaign");
    }
    boolean passed = torture.replay(chosen.getFirst(), number);
    System.out.println(passed ? "nothing found" : "found, see above");
    return passed ? CommandLine.ExitCode.OK : FINDINGS;
  }

  /** The selected campaigns; those that cannot run become {@link #obstacles}. */
  private List<Campaign> chosen() {
    for (String name : names) {
      Campaign campaign = named(name);
      campaign
          .obstacle()
          .ifPresent(
              why -> {
                // A script that asked for it must not take this for a success.
                throw usage(name + " cannot run: " + why);
              });
    }
    List<Campaign> chosen = new ArrayList<>();
    for (Campaign campaign : known) {
      if (names.isEmpty() || names.contains(campaign.name())) {
        campaign
            .obstacle()
            .ifPresentOrElse(
                why -> obstacles.put(campaign.name(), why), () -> chosen.add(campaign));
      }
    }
    return chosen;
  }

  private Campaign named(String name) {
    return known.stream()
        .filter(campaign -> campaign.name().equals(name))
        .findFirst()
        .orElseThrow(() -> usage("no campaign " + name + ": --list shows them"));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
