package dev.firn.test.real;

public final class Ext4PowerCampaign extends RealPowerCampaign {

  public Ext4PowerCampaign() {
    super("ext4");
  }
}
