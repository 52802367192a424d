package dev.firn.test.power;

import dev.firn.test.power.PowerRun.Effort;
import dev.firn.test.torture.Slice;
import java.io.IOException;

/** Power cuts at some moments of random scripts. A slice is a few scripts. */
public final class RandomPowerCampaign extends PowerCampaign {

  private static final int SCRIPTS_A_SLICE = 4;
  private static final Effort SOME = new Effort(100, 6, 20);

  @Override
  public String name() {
    return "power";
  }

  @Override
  public String description() {
    return "power cuts in random scripts, three in a row; what was synced is there, no batch is"
        + " half";
  }

  @Override
  public void run(Slice slice) throws IOException {
    for (int i = 0; i < SCRIPTS_A_SLICE; i++) {
      long seed = slice.seed() + i;
      run(slice, used(slice), Scripts.random(seed, 10 + 40 * i), SOME, seed);
    }
  }
}
