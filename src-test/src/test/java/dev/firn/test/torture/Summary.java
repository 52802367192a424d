package dev.firn.test.torture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The table at the end of a run: each campaign's counters, in this run and in all. */
final class Summary {

  private static final String ROW = "%-14s %-26s %16s %18s%n";

  private final Torture torture;
  private final List<Campaign> campaigns;

  private final Map<String, String> obstacles;

  Summary(Torture torture, List<Campaign> campaigns, Map<String, String> obstacles) {
    this.torture = torture;
    this.campaigns = campaigns;
    this.obstacles = obstacles;
  }

  String text() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(ROW.formatted("campaign", "what", "this run", "all runs"));
    for (Campaign campaign : campaigns) {
      rows(campaign).forEach(text::append);
    }
    obstacles.forEach(
        (name, reason) -> text.append("%-14s did not run: %s%n".formatted(name, reason)));
    List<Findings.Finding> open = torture.findings().open();
    text.append("findings open: ").append(open.size()).append('\n');
    for (Findings.Finding finding : open) {
      text.append("  ").append(finding.file()).append(": ").append(finding.headline());
      text.append("\n    ");
      text.append(Findings.replayCommand(finding.campaign(), finding.slice())).append('\n');
    }
    return text.toString();
  }

  private List<String> rows(Campaign campaign) {
    String name = campaign.name();
    Torture.Share share = torture.share(campaign);
    Ledger ledger = torture.ledger();
    List<String> rows = new ArrayList<>();
    for (String counter : campaign.counters()) {
      rows.add(
          ROW.formatted(
              rows.isEmpty() ? name : "",
              counter,
              "%,d".formatted(share.count(counter)),
              "%,d".formatted(ledger.count(name, counter))));
    }
    rows.add(ROW.formatted("", "time", time(share.millis()), time(ledger.millis(name))));
    if (campaign.slices() != Long.MAX_VALUE) {
      String done = "%,d of %,d".formatted(ledger.slices(name), campaign.slices());
      rows.add(ROW.formatted("", "slices", "", done));
    }
    return rows;
  }

  static String time(long millis) {
    long seconds = millis / 1000;
    return "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
