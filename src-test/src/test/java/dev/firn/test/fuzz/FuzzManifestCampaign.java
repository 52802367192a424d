package dev.firn.test.fuzz;

/** Manifests, {@code CURRENT}, and stores with a forged one, or a forged {@code LOCK}. */
public final class FuzzManifestCampaign extends FuzzCampaign {

  public FuzzManifestCampaign() {
    super("manifest");
  }
}
