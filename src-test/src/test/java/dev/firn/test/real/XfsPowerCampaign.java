package dev.firn.test.real;

/** Power cuts of xfs. */
public final class XfsPowerCampaign extends RealPowerCampaign {

  public XfsPowerCampaign() {
    super("xfs");
  }
}
