package dev.firn.test.real;

import dev.firn.test.RealDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@link LostPagesProcesses} as a campaign. A slice is one process. */
public final class LostPagesCampaign implements Campaign {

  private static final String STORES = "stores that lost pages";
  private static final String FAILURES = "operations that failed";
  private static final long MILLIS = 10_000;

  @Override
  public String name() {
    return "lost-pages";
  }

  @Override
  public String description() {
    return "cuts off files that are mapped, under load: no death, no wrong answer, the file named";
  }

  @Override
  public List<String> counters() {
    return List.of(STORES, FAILURES);
  }

  @Override
  public void run(Slice slice) throws Exception {
    Path folder = Files.createTempDirectory("firn-lost-pages");
    LostPagesProcesses pages = new LostPagesProcesses();
    pages.run(folder, slice.seed(), (int) (slice.number() % LostPagesProcesses.modes()), MILLIS);
    slice.count(STORES, pages.rounds());
    slice.count(FAILURES, pages.failures());
    // After a failure the folder stays for inspection.
    RealDisk.delete(folder);
  }
}
