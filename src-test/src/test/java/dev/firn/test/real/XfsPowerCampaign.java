package dev.firn.test.real;

public final class XfsPowerCampaign extends RealPowerCampaign {

  public XfsPowerCampaign() {
    super("xfs");
  }
}
