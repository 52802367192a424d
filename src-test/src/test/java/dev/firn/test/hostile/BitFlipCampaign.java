package dev.firn.test.hostile;

import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.torture.Slice;

/** Every bit of every file of the fixtures, flipped. */
public final class BitFlipCampaign extends HostileCampaign {

  private static final int SLICES = 400;

  public BitFlipCampaign() {
    super("bits flipped");
  }

  @Override
  public String name() {
    return "bit-flips";
  }

  @Override
  public String description() {
    return "flips every bit of every file of small stores: harmless or reported, no wrong answer";
  }

  @Override
  public long slices() {
    return SLICES;
  }

  @Override
  void run(Slice slice, DamageFixture fixture) {
    BitFlips flips = new BitFlips(fixture);
    for (long bit = slice.number() - 1; bit < flips.bits(); bit += SLICES) {
      long at = bit;
      attempt(slice, () -> flips.flip(at));
    }
    count(slice, flips.outcomes(), flips.misnamed());
  }
}
