package dev.firn.test.kill;

import dev.firn.test.RealDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@link KillCycle} as a campaign. A slice is one store that is killed again and again. */
public final class KillCampaign implements Campaign {

  private static final String CYCLES = "cycles";
  private static final String BATCHES = "batches acknowledged";
  private static final int CYCLES_A_STORE = 20;

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String description() {
    return "kill -9 of processes that write, and of those that recover; nothing acknowledged is"
        + " lost";
  }

  @Override
  public List<String> counters() {
    return List.of(CYCLES, BATCHES);
  }

  @Override
  public void run(Slice slice) throws Exception {
    Path directory = Files.createTempDirectory("firn-kill");
    KillCycle cycle = new KillCycle(directory, slice.seed());
    for (int i = 0; i < CYCLES_A_STORE; i++) {
      cycle.run();
      slice.count(CYCLES, 1);
    }
    slice.count(BATCHES, cycle.batches());
    // After a failure the folder stays for inspection.
    RealDisk.delete(directory);
  }
}
