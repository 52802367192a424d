package dev.firn.test.model;

import dev.firn.test.MemoryDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;

/**
 * The model test as a campaign. A slice is some scripts: short ones full of flushes and power cuts,
 * long ones with few of them; one runs under several sets of options, which must agree.
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
    for (int i = 0; i < 10; i++) {
      run(slice, Generator.script(seed + i, 60));
    }
    for (int i = 10; i < 13; i++) {
      run(slice, Generator.script(seed + i, 1000));
    }
    run(slice, Generator.script(seed + 13, 10_000, 16));
    run(slice, Generator.script(seed + 14, 40_000, 64));
    run(slice, Generator.script(seed + 15, 150_000, 256));
    check.checkSameAnswers(seed + 16, 500, SETS);
    count(slice, SETS, SETS * 500L);
  }

  private void run(Slice slice, Script script) throws Exception {
    check.check(script);
    count(slice, 1, script.operations().size());
  }

  private static void count(Slice slice, int scripts, long operations) {
    slice.count(SCRIPTS, scripts);
    slice.count(OPERATIONS, operations);
  }
}
