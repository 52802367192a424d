package dev.firn.test.errors;

import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;

/**
 * Every method entry and allocation of a script fails, in each kind of thread, with each stack and
 * each kind of error. A sweep has one event of each stack, in {@value #PARTS} slices; each sweep
 * has another one.
 */
public final class ErrorCampaign implements Campaign {

  private static final int PARTS = 20;
  private static final int SWEEPS = 10;
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
    return (long) PARTS * SWEEPS;
  }

  @Override
  public void run(Slice slice) throws Exception {
    ErrorProcess.Result result =
        ErrorProcess.runAll(slice.folder(), PARTS, slice.number() - 1, SLICE_SECONDS);
    slice.count(ERRORS, result.fired());
    slice.count(ROUNDS, result.rounds());
    result.findings().forEach(finding -> slice.finding(new AssertionError(finding)));
  }
}
