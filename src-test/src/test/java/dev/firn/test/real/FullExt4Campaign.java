package dev.firn.test.real;

public final class FullExt4Campaign extends FullDeviceCampaign {

  public FullExt4Campaign() {
    super("ext4", 24 << 20, false);
  }

  @Override
  public String name() {
    return "full-ext4";
  }

  @Override
  public String description() {
    return "a small ext4 is full in the middle of everything: nothing acknowledged is lost";
  }
}
