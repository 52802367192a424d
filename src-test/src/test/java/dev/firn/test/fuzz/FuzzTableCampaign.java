package dev.firn.test.fuzz;

/** Tables: each kind of section, whole files, and stores with a forged one. */
public final class FuzzTableCampaign extends FuzzCampaign {

  public FuzzTableCampaign() {
    super("table");
  }
}
