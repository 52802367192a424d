package dev.firn.test.hostile;

import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.torture.Slice;

/** Every block zeroed, duplicated, swapped, reverted or taken from another file; every length. */
public final class SectorCampaign extends HostileCampaign {

  private static final int SLICES = 100;

  public SectorCampaign() {
    super("alterations");
  }

  @Override
  public String name() {
    return "sectors";
  }

  @Override
  public String description() {
    return "blocks lost, stale, misplaced; files cut at every byte, stale, swapped: harmless or"
        + " reported";
  }

  @Override
  public long slices() {
    return SLICES;
  }

  @Override
  void run(Slice slice, DamageFixture fixture) {
    Alterations alterations = new Alterations(fixture);
    for (int i = (int) slice.number() - 1; i < alterations.count(); i += SLICES) {
      int at = i;
      attempt(slice, () -> alterations.make(at));
    }
    count(slice, alterations.outcomes(), alterations.misnamed());
  }
}
