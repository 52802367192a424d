package dev.firn.test.real;

/** A small btrfs that is full, of which the store warns when it is opened. */
public final class CowBtrfsCampaign extends FullDeviceCampaign {

  public CowBtrfsCampaign() {
    super("btrfs", 128 << 20, true);
  }

  @Override
  public String name() {
    return "cow-btrfs";
  }

  @Override
  public String description() {
    return "a small btrfs is full: the store warned of it, and nothing acknowledged is lost";
  }
}
