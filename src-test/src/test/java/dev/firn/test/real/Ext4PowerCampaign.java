package dev.firn.test.real;

/** Power cuts of ext4. */
public final class Ext4PowerCampaign extends RealPowerCampaign {

  public Ext4PowerCampaign() {
    super("ext4");
  }
}
