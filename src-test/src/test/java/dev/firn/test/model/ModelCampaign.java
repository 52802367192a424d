package dev.firn.test.model;

import dev.firn.test.MemoryDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;

/**
 * The model test in the long tier. A slice is some scripts of different lengths; one of them is run
 * under several sets of options, which must agree.
 */
public final class ModelCampaign implements Campaign {

  private static final String OPERATIONS = "operations";
  private static final String SCRIPTS = "scripts";
  private static final long SHRINK_MILLIS = 120_000;
  private static final int SETS = 6;

  private final ModelCheck check = new ModelCheck(MemoryDisk::new, SHRINK_MILLIS);

  @Override
  public String name() {
    return "model";
  }

  @Override
  public String description() {
    return "random scripts, with kills and power cuts; every answer is that of sorted maps";
  }

  @Override
  public List<String> counters() {
    return List.of(OPERATIONS, SCRIPTS);
  }

  @Override
  public void run(Slice slice) throws Exception {
    long seed = slice.seed();
    run(slice, seed, 6000);
    for (int i = 1; i < 10; i++) {
      run(slice, seed + i, 1000);
    }
    for (int i = 10; i < 30; i++) {
      run(slice, seed + i, 60);
    }
    check.checkSameAnswers(seed + 30, 500, SETS);
    count(slice, SETS, SETS * 500L);
  }

  private void run(Slice slice, long seed, int operations) throws Exception {
    check.check(seed, operations);
    count(slice, 1, operations);
  }

  private static void count(Slice slice, int scripts, long operations) {
    slice.count(SCRIPTS, scripts);
    slice.count(OPERATIONS, operations);
  }
}
