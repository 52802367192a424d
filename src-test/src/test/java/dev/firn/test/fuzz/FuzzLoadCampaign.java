package dev.firn.test.fuzz;

public final class FuzzLoadCampaign extends FuzzCampaign {

  public FuzzLoadCampaign() {
    super("load");
  }
}
