package dev.firn.test.torture;

import dev.firn.test.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Campaigns that share a running time: the one with the least time so far does the next slice.
 * Counts and findings are kept in a folder, so that several runs add up.
 */
final class Torture {

  static final class Share {
    private long millis;
    private long slices;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    long millis() {
      return millis;
    }

    long count(String counter) {
      return counts.getOrDefault(counter, 0L);
    }
  }

  private final Path folder;
  private final List<Campaign> campaigns;
  private final Ledger ledger;
  private final Findings findings;
  private final CampaignProgress progress;
  private final LongSupplier nanoTime;
  private final Map<Campaign, Share> shares = new HashMap<>();

  Torture(Path folder, List<Campaign> campaigns, CampaignProgress progress) throws IOException {
    this(folder, campaigns, progress, System::nanoTime);
  }

  /**
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  Torture(Path folder, List<Campaign> campaigns, CampaignProgress progress, LongSupplier nanoTime)
      throws IOException {
    this.folder = Files.createDirectories(folder);
    this.campaigns = List.copyOf(campaigns);
    this.ledger = new Ledger(folder.resolve("ledger.txt"));
    this.findings = new Findings(folder.resolve("findings"));
    this.progress = progress;
    this.nanoTime = nanoTime;
    campaigns.forEach(campaign -> shares.put(campaign, new Share()));
  }

  Ledger ledger() {
    return ledger;
  }

  Findings findings() {
    return findings;
  }

  Share share(Campaign campaign) {
    return shares.get(campaign);
  }

  /** Whether all slices of a campaign were done, in this or an earlier run. */
  boolean isComplete(Campaign campaign) {
    return ledger.slices(campaign.name()) >= campaign.slices();
  }

  /** Does slices until the time is up or all are done; each campaign does at least one. */
  void run(Duration time) throws IOException {
    long end = nanoTime.getAsLong() + time.toNanos();
    for (Optional<Campaign> next = next(); next.isPresent(); next = next()) {
      Campaign campaign = next.get();
      if (nanoTime.getAsLong() - end >= 0 && shares.get(campaign).slices > 0) {
        return;
      }
      runNext(campaign);
    }
  }

  private Optional<Campaign> next() {
    return campaigns.stream()
        .filter(campaign -> !isComplete(campaign))
        .min(
            Comparator.comparing((Campaign campaign) -> shares.get(campaign).slices > 0)
                .thenComparing(campaign -> shares.get(campaign).millis));
  }

  private void runNext(Campaign campaign) throws IOException {
    Slice slice = slice(campaign, ledger.slices(campaign.name()) + 1);
    long begin = nanoTime.getAsLong();
    List<Throwable> found = perform(campaign, slice);
    long millis = Duration.ofNanos(nanoTime.getAsLong() - begin).toMillis();
    ledger.add(campaign.name(), millis, slice.counts());
    Share share = shares.get(campaign);
    share.millis += millis;
    share.slices++;
    slice.counts().forEach((counter, more) -> share.counts.merge(counter, more, Long::sum));
    if (!found.isEmpty()) {
      findings.keep(campaign.name(), slice.number(), found);
      progress.found(campaign, slice.number(), found.getFirst());
    }
  }

  /** Does one slice without counting it; returns whether there was no finding. */
  boolean replay(Campaign campaign, long number) throws IOException {
    List<Throwable> found = perform(campaign, slice(campaign, number));
    if (found.isEmpty()) {
      findings.clear(campaign.name(), number);
      return true;
    }
    findings.keep(campaign.name(), number, found);
    found.forEach(Throwable::printStackTrace);
    return false;
  }

  private Slice slice(Campaign campaign, long number) throws IOException {
    return new Slice(campaign, number, Files.createDirectories(folder.resolve(campaign.name())));
  }

  private List<Throwable> perform(Campaign campaign, Slice slice) {
    progress.begin(this, campaign, slice);
    List<Throwable> found = new ArrayList<>();
    try {
      Deadline.call(
          Duration.ofSeconds(campaign.limitSeconds()),
          () -> {
            campaign.run(slice);
            return slice;
          });
    } catch (Throwable e) {
      found.add(e);
    } finally {
      progress.end();
    }
    found.addAll(slice.findings());
    return found;
  }
}
