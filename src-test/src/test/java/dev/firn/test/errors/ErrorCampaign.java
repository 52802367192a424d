package dev.firn.test.errors;

import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;

/**
 * Every method entry and allocation of a script fails, in each kind of thread, with each stack and
 * each kind of error. A sweep has one event of each stack, in {@value #PARTS} slices; each sweep
 * has another one. A slice that was stopped goes on with the errors that are left.
 */
public final class ErrorCampaign implements Campaign {

  private static final int PARTS = 10;
  private static final int SWEEPS = 10;

  /** Enough for a slice on a machine with other work. */
  private static final int SLICE_SECONDS = 7_000;

  /** A process uses one processor and a half. */
  private static final int PROCESSES = 2;

  private static final String ERRORS = "errors thrown";
  private static final String PLANNED = "errors planned";
  private static final String MISSED = "errors not reached";
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
    return List.of(ERRORS, PLANNED, MISSED, ROUNDS);
  }

  @Override
  public long slices() {
    return (long) PARTS * SWEEPS;
  }

  @Override
  public int limitSeconds() {
    return SLICE_SECONDS + 600;
  }

  @Override
  public void run(Slice slice) throws Exception {
    long number = slice.number() - 1;
    ErrorProcess.Part part = new ErrorProcess.Part(number / PARTS, PARTS, (int) (number % PARTS));
    ErrorProcess.Result result =
        ErrorProcess.runAll(slice.folder(), part, PROCESSES, SLICE_SECONDS);
    slice.count(ERRORS, result.fired());
    slice.count(PLANNED, result.planned());
    slice.count(MISSED, result.missed());
    slice.count(ROUNDS, result.rounds());
    result.findings().forEach(finding -> slice.finding(new AssertionError(finding)));
  }
}
