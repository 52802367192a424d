package dev.firn.test.fuzz;

/** Journals: the entries of records, folders of segments, and stores with a forged one. */
public final class FuzzJournalCampaign extends FuzzCampaign {

  public FuzzJournalCampaign() {
    super("journal");
  }
}
