package dev.firn.test.power;

import dev.firn.test.power.PowerRun.Effort;
import dev.firn.test.torture.Slice;
import java.io.IOException;

/**
 * All scripts of one, two and three operations, on a new and on a used store, cut at every moment.
 * A slice is a few scripts.
 */
public final class SmallPowerCampaign extends PowerCampaign {

  private static final int SCRIPTS_A_SLICE = 4;

  /** No limit but those of {@link PowerCutOutcomes}. */
  private static final Effort ALL = new Effort(Integer.MAX_VALUE, Integer.MAX_VALUE, 200);

  @Override
  public String name() {
    return "power-small";
  }

  @Override
  public String description() {
    return "power cut at every moment of every script of up to 3 operations";
  }

  @Override
  public long slices() {
    return ((long) Scripts.smallCount() + SCRIPTS_A_SLICE - 1) / SCRIPTS_A_SLICE;
  }

  @Override
  public void run(Slice slice) throws IOException {
    // Scattered, so that a short run covers some of each length; every number comes once.
    for (long i = 0; i < SCRIPTS_A_SLICE; i++) {
      long number = (slice.number() - 1) + i * slices();
      if (number < Scripts.smallCount()) {
        run(slice, (int) number);
      }
    }
  }

  private void run(Slice slice, int number) throws IOException {
    long seed = slice.seed() + number;
    run(slice, used(slice), Scripts.small(number), ALL, seed);
    run(slice, Start.empty(), Scripts.smallOnNew(number), ALL, seed);
  }
}
