package dev.firn.test.fuzz;

/** What {@code firn load} reads. */
public final class FuzzLoadCampaign extends FuzzCampaign {

  public FuzzLoadCampaign() {
    super("load");
  }
}
