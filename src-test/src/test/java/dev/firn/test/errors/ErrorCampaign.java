package dev.firn.test.errors;

import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;

/**
 * Every method entry and allocation of a script fails, in each kind of thread and with each kind of
 * error. A slice is every {@value #SLICES}th of them.
 */
public final class ErrorCampaign implements Campaign {

  private static final int SLICES = 400;
  private static final long SLICE_SECONDS = 500;
  private static final String ERRORS = "errors thrown";
  private static final String ROUNDS = "stores opened, used and closed";

  @Override
  public String name() {
    return "errors";
  }

  @Override
  public String description() {
    return "an error at every method entry and allocation: told, no hang, nothing lost or left"
        + " open";
  }

  @Override
  public List<String> counters() {
    return List.of(ERRORS, ROUNDS);
  }

  @Override
  public long slices() {
    return SLICES;
  }

  @Override
  public void run(Slice slice) throws Exception {
    ErrorProcess.Result result =
        ErrorProcess.runAll(slice.folder(), SLICES, (int) slice.number(), SLICE_SECONDS);
    slice.count(ERRORS, result.fired());
    slice.count(ROUNDS, result.rounds());
    result.findings().forEach(finding -> slice.finding(new AssertionError(finding)));
  }
}
