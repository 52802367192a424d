package dev.firn.test.memory;

import dev.firn.test.RealDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public final class SmallMemoryCampaign implements Campaign {

  private static final Pattern SLOWEST = Pattern.compile("slowest write (\\d+) ms");
  private static final long MIB = 1 << 20;

  /** Limits of the containers, and how much is written in each, in MiB. */
  private static final int[][] SLICES = {{300, 512}, {500, 512}, {300, 1024}, {600, 3072}};

  @Override
  public String name() {
    return "small-memory";
  }

  @Override
  public String description() {
    return "8 threads write 0.5 to 3 GiB in containers of 300 to 600 MB: none is killed";
  }

  @Override
  public List<String> counters() {
    return List.of("mebibytes written", "milliseconds of the slowest writes");
  }

  @Override
  public long slices() {
    return SLICES.length;
  }

  @Override
  public Optional<String> obstacle() {
    return ControlGroup.obstacle();
  }

  @Override
  public int limitSeconds() {
    return 1200;
  }

  @Override
  public void run(Slice slice) throws Exception {
    int[] sizes = SLICES[(int) (slice.number() - 1) % SLICES.length];
    try (RealDisk disk = new RealDisk();
        ControlGroup group = ControlGroup.of(sizes[0])) {
      SmallProcess ingested =
          SmallProcess.run(
              group,
              "-Xmx128m",
              IngestChild.class,
              Duration.ofSeconds(limitSeconds()),
              disk.directory().toString(),
              "8",
              Long.toString(sizes[1] * MIB));
      if (ingested.exitCode() != 0) {
        throw new AssertionError(
            sizes[0] + " MB: exit code " + ingested.exitCode() + ", " + ingested.output());
      }
      slice.count("mebibytes written", sizes[1]);
      Matcher slowest = SLOWEST.matcher(ingested.output());
      if (slowest.find()) {
        slice.count("milliseconds of the slowest writes", Long.parseLong(slowest.group(1)));
      }
    }
  }
}
